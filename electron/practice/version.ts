/** The server this one behaves like. */
export const versionInfo = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.4+practice',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'practice',
};
