import Sequencer from '@jest/test-sequencer';
import { sep } from 'node:path';

/** Of the run: so that no long journey stands alone at the end of it. */
const journeysWithin = 0.9;

/**
 * The long ones first, as Jest has it (where it knows no durations yet, the large ones), but the journeys spread over
 * the run: each starts a Postel of its own and then mostly waits, so that they would share the processors badly with
 * each other, and do so well with the many small files that compute.
 */
export default class MixedSequencer extends Sequencer {
  sort(tests) {
    const longFirst = super.sort([...tests]);
    const isJourney = ({ path }) => path.includes(`${sep}apps${sep}e2e${sep}`);
    const spread = (group, share) =>
      group.map((test, index) => ({ test, place: (index / group.length) * share }));
    const placed = [
      ...spread(longFirst.filter(isJourney), journeysWithin),
      ...spread(
        longFirst.filter((test) => !isJourney(test)),
        1,
      ),
    ];
    return placed.sort((a, b) => a.place - b.place).map(({ test }) => test);
  }
}
