/** First keys of our advisory locks, so that they meet no one else's in the same database ("postel" + n). */
export const lockClass = {
  migrations: 0x706f7301,
  partitions: 0x706f7302,
  projections: 0x706f7303,
  rebuild: 0x706f7304,
  standbys: 0x706f7305,
} as const;
