/**
 * The origin of the `index`th receiver: each has an address of its own, as customers have hosts of their own, so that
 * none shares connections with another. All lead to the one receiver process. Elsewhere than on Linux only 127.0.0.1 is
 * there without being set up.
 */
export function receiverOrigin(port: number, index: number): string {
  const address =
    process.platform === 'linux'
      ? `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`
      : '127.0.0.1';
  return `http://${address}:${port}`;
}
