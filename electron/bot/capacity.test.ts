import { describe, expect, it } from 'vitest';
import { roomIn, roomOn, withReporter } from '../../shared/capacity';
import type { Pod } from '../cluster/objects';
import { needsOf, roomsOf, type Node, type PodNeeds } from './capacity';
import { boundVolume, type CsiNode, type PersistentVolume } from './nodeVolumes';

const meta = (name: string) => ({ name, uid: name, resourceVersion: '1', creationTimestamp: '' });
const node = (
  name: string,
  traits: { spec?: Node['spec']; ready?: string; attached?: string[]; windows?: boolean } = {},
): Node => ({
  metadata: meta(name),
  spec: traits.spec,
  status: {
    nodeInfo: { operatingSystem: traits.windows ? 'windows' : 'linux' },
    allocatable: { cpu: '1930m', memory: '4Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: traits.ready ?? 'True', message: 'disk full' }],
    volumesAttached: traits.attached?.map((volume) => ({ name: `kubernetes.io/csi/disk.example^${volume}` })),
    volumesInUse: ['kubernetes.io/csi/disk.example^a', 'kubernetes.io/csi/other.example^x'],
  },
});
const csi = (name: string, count?: number): CsiNode => ({
  metadata: meta(name),
  spec: { drivers: [{ name: 'disk.example', allocatable: { count } }] },
});
const driver = { kind: 'csi', name: 'disk.example' } as const;
const pod = (spec: object): Pod => ({ metadata: meta('p'), spec: { nodeName: 'a', containers: [], ...spec } });
const asks = (cpu: string, memory: string, more: object = {}) => ({
  name: 'c',
  resources: { requests: { cpu, memory } },
  ...more,
});
const many = (count: number, cpuMilli: number, memory: number): PodNeeds[] =>
  Array.from({ length: count }, () => ({ node: 'a', cpuMilli, memory, claims: [] }));
const MI = 1024 ** 2;
const small = { cpuMilli: 100, memoryMi: 256 };

describe('what a pod asks for', () => {
  it('is its containers together, or the init container that needs more', () => {
    const containers = [asks('100m', '256Mi'), asks('0.05', '64Mi')];
    expect(needsOf(pod({ containers }))).toEqual({ node: 'a', cpuMilli: 150, memory: 320 * MI, claims: [] });
    expect(needsOf(pod({ containers, initContainers: [asks('1', '1Mi')] }))).toMatchObject({
      cpuMilli: 1000,
      memory: 320 * MI,
    });
  });
  it('counts init containers that stay, beside all that comes after them', () => {
    const initContainers = [asks('200m', '10Mi', { restartPolicy: 'Always' }), asks('300m', '10Mi')];
    expect(needsOf(pod({ initContainers, containers: [asks('100m', '50Mi')] }))).toMatchObject({
      cpuMilli: 500,
      memory: 60 * MI,
    });
  });
  it('is the most of what is asked for and what it was given, while it is resized in place', () => {
    const given = (requests: object, allocatedResources?: object) => ({ resources: { requests }, allocatedResources });
    const resized = (status: object, conditions?: object[]) =>
      needsOf({
        ...pod({ containers: [asks('100m', '256Mi')] }),
        status: { containerStatuses: [{ name: 'c', ...status }], conditions } as Pod['status'],
      });
    expect(resized(given({ cpu: '300m', memory: '64Mi' }))).toMatchObject({ cpuMilli: 300, memory: 256 * MI });
    expect(resized(given({}, { cpu: '200m', memory: '1Gi' }))).toMatchObject({ cpuMilli: 200, memory: 1024 * MI });
    expect(resized({})).toMatchObject({ cpuMilli: 100, memory: 256 * MI });
    const never = [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }];
    expect(resized(given({ cpu: '50m', memory: '64Mi' }), never)).toMatchObject({ cpuMilli: 50, memory: 64 * MI });
  });
  it('is what is asked for the pod as a whole, and the overhead of its runtime', () => {
    const spec = { resources: { requests: { cpu: '2' } }, overhead: { cpu: '250m', memory: '120Mi' } };
    expect(needsOf(pod({ ...spec, containers: [asks('1', '8Mi')] }))).toMatchObject({
      cpuMilli: 2250,
      memory: 128 * MI,
    });
  });
});

describe('room for bots', () => {
  const room = (pods: PodNeeds[], csiNodes: CsiNode[] = [csi('a')], size = small) =>
    roomOn(roomsOf([node('a', { attached: ['a', 'b'] })], pods, csiNodes, driver, [])[0]!, size);
  it('ends with what runs out first', () => {
    expect(room([])).toEqual({ bots: 16, bound: 'memory' });
    expect(room(many(18, 100, 0))).toEqual({ bots: 1, bound: 'cpu' });
    expect(room(many(108, 0, 0))).toEqual({ bots: 2, bound: 'pods' });
    expect(room([], [csi('a', 5)])).toEqual({ bots: 3, bound: 'volumes' });
    expect(room(many(20, 100, 300 * MI))?.bots).toBe(0);
  });
  it('counts what a pod of a bot asks for before it starts', () => {
    expect(room([], [csi('a')], { cpuMilli: 10, memoryMi: 1 })).toEqual({ bots: 38, bound: 'cpu' });
  });
  it('is less where each has its own reporter', () => {
    expect(room([], [csi('a')], withReporter(small))).toEqual({ bots: 12, bound: 'memory' });
  });
  it('is not known where pods could not be read', () => {
    const nodes = roomsOf([node('a')], null, null, driver, []);
    expect(nodes[0]).toMatchObject({ pods: { used: null, limit: 110 }, volumes: null });
    expect(roomOn(nodes[0]!, small)).toBeNull();
    expect(roomIn({ at: 0, nodes, waiting: null, volumes: '', unread: [] }, small)).toBeNull();
  });
  it('is none where no bot may go, with the reason', () => {
    const spec = (one: Node['spec']) => ({ spec: one });
    const nodes = roomsOf(
      [
        node('b-cordoned', spec({ unschedulable: true })),
        node('c-kept', spec({ taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] })),
        node('d-liked-less', spec({ taints: [{ key: 'old', effect: 'PreferNoSchedule' }] })),
        node('e-silent', { ready: 'Unknown', ...spec({ taints: [{ key: 'unreachable', effect: 'NoExecute' }] }) }),
        node('f-not-ready', { ready: 'False' }),
        node('g-windows', { windows: true }),
        node('a'),
      ],
      [],
      null,
      { kind: 'local' },
      [],
    );
    expect(nodes.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'a open',
      'b-cordoned closed',
      'c-kept closed',
      'd-liked-less open',
      'e-silent silent',
      'f-not-ready closed',
      'g-windows closed',
    ]);
    expect(nodes[1]!.why).toContain('cordoned');
    expect(nodes[2]!.why).toContain('gpu=yes:NoSchedule');
    expect(nodes[4]!.why).toContain('probably still trading');
    expect(nodes[5]!.why).toContain('disk full');
    expect(roomIn({ at: 0, nodes, waiting: 0, volumes: '', unread: [] }, small)).toBe(32);
  });
  it('says of volumes what it knows', () => {
    const volumes = (csiNodes: CsiNode[] | null, how: Parameters<typeof roomsOf>[3]) =>
      roomsOf([node('a', { attached: ['a', 'b'] })], [], csiNodes, how, [])[0]!.volumes;
    expect(volumes([csi('a', 16)], driver)).toEqual({ used: 2, limit: 16 });
    expect(volumes([csi('a')], driver)).toEqual({ used: 2, limit: null });
    expect(volumes([csi('b', 16)], driver)).toBeNull();
    expect(volumes([csi('a', 16)], { kind: 'csi', name: 'gone.example' })).toBeNull();
    expect(volumes(null, driver)).toBeNull();
    expect(volumes([], { kind: 'local' })).toEqual({ used: 0, limit: null });
  });
  it('counts volumes that pods there claim before they are attached, each once', () => {
    const claims = (name: string, on: string, volumes: object[]) =>
      needsOf({
        metadata: { ...meta(name), namespace: 'desk' },
        spec: { nodeName: on, containers: [], volumes: volumes as Pod['spec']['volumes'] },
      });
    const claim = (claimName: string) => ({ name: claimName, persistentVolumeClaim: { claimName } });
    const pods = [
      claims('attached', 'a', [claim('a')]),
      claims('new', 'a', [claim('new'), { name: 'files', configMap: { name: 'files' } }]),
      claims('beside', 'a', [claim('new')]),
      claims('own', 'a', [{ name: 'scratch', ephemeral: {} }]),
      claims('elsewhere', 'b', [claim('theirs')]),
      claims('waits', '', [claim('later')]),
      // Nothing that this driver attaches.
      claims('other', 'a', [claim('file'), claim('unbound'), claim('again')]),
    ];
    const volume = (name: string, spec: object = {}, phase = 'Bound', of = 'disk.example'): PersistentVolume => ({
      metadata: meta(name),
      spec: { claimRef: { namespace: 'desk', name }, csi: { driver: of, volumeHandle: name }, ...spec },
      status: { phase },
    });
    const volumes = [
      ...['a', 'new', 'own-scratch', 'theirs', 'later'].map((name) => volume(name)),
      volume('file', {}, 'Bound', 'files.example'),
      volume('unbound', { claimRef: undefined }, 'Available'),
      // Left behind by a claim of that name; and one of another namespace with a claim of the same name.
      volume('again', {}, 'Released'),
      volume('x', { claimRef: { namespace: 'other', name: 'again' } }),
    ].flatMap((one) => boundVolume(one, 'disk.example') ?? []);
    const rooms = roomsOf(
      [node('a', { attached: ['a', 'b'] }), node('b')],
      pods,
      [csi('a', 16), csi('b', 16)],
      driver,
      volumes,
    );
    // a and b are attached, new and own-scratch claimed; on the other node a is in use.
    expect(rooms.map((one) => one.volumes)).toEqual([
      { used: 4, limit: 16 },
      { used: 2, limit: 16 },
    ]);
  });
});
