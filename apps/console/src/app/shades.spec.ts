import { describe, expect, it } from '@jest/globals';
import { contrastToWhite, readableUnderWhite, rgbOf, shadesOf } from './shades.js';

describe('the shades of an accent', () => {
  it('go from light to dark through the colour itself', () => {
    const shades = shadesOf('#4353d9');
    expect(shades).toHaveLength(10);
    expect(shades[6]).toBe('#4353d9');
    const contrasts = shades.map((shade) => contrastToWhite(rgbOf(shade)));
    expect(contrasts).toEqual([...contrasts].sort((a, b) => a - b));
  });

  it.each(['#ffff00', '#ffffff', '#00ff88', '#ff8800'])(
    'of a pale one, %s, can be read under white',
    (hex) => {
      expect(contrastToWhite(rgbOf(readableUnderWhite(hex)))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it('leave a dark one as it is', () => {
    expect(readableUnderWhite('#4353d9')).toBe('#4353d9');
  });
});
