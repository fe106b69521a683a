import Sequencer from '@jest/test-sequencer';
import { sep } from 'node:path';

/**
 * The long ones first, as Jest has it (where it knows no durations yet, the large ones), but journeys spread over the
 * whole run: each starts a fleet of its own and then mostly waits, so that they would share the processors badly with
 * each other, and well with the many small files that compute.
 */
export default class MixedSequencer extends Sequencer {
  sort(tests) {
    const longFirst = super.sort([...tests]);
    const isJourney = ({ path }) => path.includes(`${sep}apps${sep}e2e${sep}`);
    const placed = [longFirst.filter(isJourney), longFirst.filter((test) => !isJourney(test))].flatMap(
      (group) => group.map((test, index) => ({ test, place: index / group.length })),
    );
    return placed.sort((a, b) => a.place - b.place).map(({ test }) => test);
  }
}
