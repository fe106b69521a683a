/**
 * The last line of `npm test`, for whoever reads no other: a run that left tests out, for want of a program, must not
 * look like one of all.
 *
 * @param {import('./second-look.mjs').Verdict} verdict
 */
export function lastLine({ passed, failed, skipped, onlyAlone }) {
  const left = skipped.reduce((sum, { tests }) => sum + tests, 0);
  const alone = onlyAlone.flatMap(({ failures }) => failures).length;
  const remarks = [
    ...(left === 0 ? [] : [`${left} skipped`]),
    ...(alone === 0 ? [] : [`${alone} passed only alone, at the second look`]),
  ];
  const counts = `${passed} passed, ${failed} failed`;
  return remarks.length === 0 ? counts : `${counts} (${remarks.join('; ')})`;
}
