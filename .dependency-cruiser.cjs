/** The order of the rooms: each may import what stands before it (docs/architecture.md). */
const order = [['settings', 'kubeconfig'], ['cluster'], ['bot'], ['fleet', 'operations', 'terminals']];
const pure = ['hummingbot'];

const forbidden = [
  {
    name: 'no-cycles',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'shared-is-pure',
    severity: 'error',
    from: { path: '^shared/' },
    to: { path: '^(electron|renderer|resources)/|^node:' },
  },
  {
    name: 'shared-uses-zod-only',
    severity: 'error',
    from: { path: '^shared/', pathNot: '\\.test\\.ts$' },
    to: { path: 'node_modules', pathNot: 'node_modules/zod' },
  },
  { name: 'renderer-knows-shared-only', severity: 'error', from: { path: '^renderer/' }, to: { path: '^electron/' } },
  { name: 'main-knows-no-renderer', severity: 'error', from: { path: '^electron/' }, to: { path: '^renderer/' } },
  {
    name: 'electron-only-at-the-edge',
    severity: 'error',
    from: {
      path: '^(electron|shared|renderer)/',
      pathNot: '^electron/(main|preload|ipc|window|ports|places|notifications)\\.ts$',
    },
    to: { path: '^electron$|node_modules/electron/' },
  },
  {
    name: 'no-orphan-tests-in-code',
    severity: 'error',
    from: { path: '^(electron|renderer|shared)/', pathNot: '\\.test\\.ts$' },
    to: { path: '\\.test\\.ts$|^test/' },
  },
];
for (const room of pure) {
  forbidden.push({
    name: `${room}-is-pure`,
    severity: 'error',
    from: { path: `^electron/${room}/` },
    to: { path: `^electron/(?!${room}/)` },
  });
}
order.forEach((rooms, level) => {
  const allowed = [...pure, ...order.slice(0, level).flat()];
  for (const room of rooms) {
    const to = `^electron/(?!(${[room, ...allowed].join('|')})/)`;
    forbidden.push({
      name: `${room}-imports-earlier-rooms`,
      severity: 'error',
      from: { path: `^electron/${room}/` },
      to: { path: to },
    });
  }
});

// The far end of a cluster: it knows the transport it ends (its types, and how a refusal is told), and what Hummingbot is.
forbidden.push({
  name: 'practice-is-a-far-end',
  severity: 'error',
  from: { path: '^electron/practice/', pathNot: '(\\.test|/testing)\\.ts$' },
  to: { path: '^electron/(?!practice/|hummingbot/|cluster/(transport|types|objects|errors)\\.ts$)' },
});
forbidden.push({
  name: 'rooms-know-no-practice',
  severity: 'error',
  from: { path: `^electron/(${[...pure, ...order.flat()].join('|')})/` },
  to: { path: '^electron/practice' },
});

module.exports = {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.svelte', '.json'] },
  },
};
