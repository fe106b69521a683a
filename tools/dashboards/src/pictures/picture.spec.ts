import { describe, expect, it } from '@jest/globals';
import { dashboards } from '../dashboards/all.js';
import { pictureOf } from './picture.js';
import { type RecordedAnswer } from './recording.js';
import { inUnit } from './units.js';

const fleet = dashboards['postel-fleet.json'];
const time = { fromMs: 1_000_000, toMs: 1_060_000 };

function answersWith(value: number | null, labels: Record<string, string> = {}): RecordedAnswer[] {
  const panels = fleet?.panels ?? [];
  return panels.flatMap((panel) =>
    ('targets' in panel ? (panel.targets ?? []) : []).map((target) => ({
      uid: 'postel-fleet',
      panelId: Number(panel.id),
      refId: String((target as { refId?: string }).refId),
      answer: {
        kind: 'series',
        series: [
          {
            labels,
            points: [
              [1_000, value],
              [1_030, value],
            ],
          },
        ],
      } as const,
    })),
  );
}

describe('the picture of a dashboard', () => {
  it('has every panel, with what was recorded for it', () => {
    const picture = pictureOf(fleet as never, { ...time, answers: answersWith(1_234, { door: '<http>' }) });
    for (const { title = '' } of fleet?.panels ?? []) expect(picture).toContain(title.slice(0, 12));
    expect(picture).toContain('1.23 k/s');
    expect(picture).toContain('&#60;http&#62;');
    expect(picture).not.toMatch(/NaN|undefined|<http>/);
  });

  it('says so where there was nothing', () => {
    const picture = pictureOf(fleet as never, { ...time, answers: [] });
    expect(picture).toContain('no data');
    expect(pictureOf(fleet as never, { ...time, answers: answersWith(null) })).not.toContain('NaN');
  });
});

describe('units', () => {
  it.each([
    [0.0042, 's', '4.2 ms'],
    [0, 's', '0 s'],
    [5_400, 's', '1.5 h'],
    [0.9987, 'percentunit', '99.9 %'],
    [1_536, 'bytes', '1.5 KiB'],
    [12_345, 'short', '12.3 k'],
    [3, 'none', '3'],
    [0.5, 'ops', '0.5/s'],
  ])('%d in %s is %s', (value, unit, written) => expect(inUnit(value, unit)).toBe(written));
});
