import type { Pod, StatefulSet } from '../cluster/objects';
import {
  flag,
  inline,
  message,
  number,
  object,
  objects,
  quantities,
  quantity,
  strings,
  text,
  texts,
  time,
  type Field,
} from '../cluster/protobuf';
import type { Kept } from '../cluster/types';
import { isFileName, isReading, isSmall, slimPod, slimWorkload } from './slim';

// What `slim.ts` makes of objects in JSON, read from Protocol Buffers; `wire.test.ts` of the integration tests holds both against each other.
// Field numbers, and what JSON leaves out when empty: `generated.proto` and `types.go` of k8s.io/api and k8s.io/apimachinery 0.34. Numbers never
// change.

const meta = (annotations: (key: string, length: number) => boolean, more: Record<number, Field>) =>
  message({
    1: text('name'),
    3: text('namespace'),
    5: text('uid'),
    6: text('resourceVersion'),
    8: time('creationTimestamp'),
    9: time('deletionTimestamp'),
    12: texts('annotations', annotations),
    ...more,
  });
const named = (...more: [number, Field][]) => message({ 1: text('name', true), ...Object.fromEntries(more) });
const CONFIG_MAP = object('configMap', message({ 1: inline(message({ 1: text('name') })) }));

const POD_META = meta(isReading, {
  10: number('deletionGracePeriodSeconds', true),
  13: objects(
    'ownerReferences',
    message(
      { 1: text('kind', true), 3: text('name', true), 4: text('uid', true), 6: flag('controller', true) },
      () => ({
        apiVersion: '',
      }),
    ),
  ),
});
const POD_SPEC = message(
  {
    1: objects('volumes', named([2, inline(message({ 19: CONFIG_MAP }))])),
    2: objects('containers', named([2, text('image')], [8, object('resources', message({ 1: quantities('limits') }))])),
    10: text('nodeName'),
    20: objects('initContainers', named([2, text('image')], [24, text('restartPolicy', true)])),
    28: objects('readinessGates', message({ 1: text('conditionType', true) })),
  },
  () => ({ containers: [] }),
);
const TERMINATED = message({
  1: number('exitCode', true),
  2: number('signal'),
  3: text('reason'),
  4: text('message'),
  6: time('finishedAt'),
});
const STATE = message({
  1: object('waiting', message({ 1: text('reason'), 2: text('message') })),
  2: object('running', message({ 1: time('startedAt') })),
  3: object('terminated', TERMINATED),
});
const CONTAINER_STATUS = named(
  [2, object('state', STATE)],
  [3, object('lastState', STATE)],
  [4, flag('ready', true)],
  [5, number('restartCount', true)],
  [6, text('image', true)],
  [9, flag('started', true)],
);
const POD_STATUS = message({
  1: text('phase'),
  2: objects(
    'conditions',
    message({ 1: text('type', true), 2: text('status', true), 5: text('reason'), 6: text('message') }),
  ),
  3: text('message'),
  4: text('reason'),
  8: objects('containerStatuses', CONTAINER_STATUS),
  10: objects('initContainerStatuses', CONTAINER_STATUS),
});

/** `k8s.io.api.core.v1.Pod` */
export const POD: Kept<Pod> = {
  keep: slimPod,
  proto: message(
    { 1: object('metadata', POD_META), 2: object('spec', POD_SPEC), 3: object('status', POD_STATUS) },
    () => ({ apiVersion: 'v1', kind: 'Pod', spec: POD_SPEC.begin() }),
  ),
};

const CONTAINER = named(
  [2, text('image')],
  [3, strings('command')],
  [4, strings('args')],
  [7, objects('env', named([2, text('value')]), isFileName)],
  [9, objects('volumeMounts', named([3, text('mountPath', true)]))],
  [16, flag('stdin')],
  [18, flag('tty')],
);
const VOLUME_SOURCE = message({
  2: object('emptyDir', message({ 2: quantity('sizeLimit') })),
  10: object('persistentVolumeClaim', message({ 1: text('claimName', true) })),
  19: CONFIG_MAP,
});
const TEMPLATE_SPEC = message(
  { 1: objects('volumes', named([2, inline(VOLUME_SOURCE)])), 2: objects('containers', CONTAINER) },
  () => ({ containers: [] }),
);
const TEMPLATE = message(
  { 1: object('metadata', message({ 11: texts('labels') })), 2: object('spec', TEMPLATE_SPEC) },
  () => ({ metadata: {}, spec: TEMPLATE_SPEC.begin() }),
);
const CLAIM = message({
  1: object('metadata', message({ 1: text('name') })),
  2: object('spec', message({ 2: object('resources', message({ 2: quantities('requests') })) })),
});
const STATEFUL_SET_SPEC = message(
  {
    1: number('replicas', true),
    2: object('selector', message({ 1: texts('matchLabels') })),
    3: object('template', TEMPLATE),
    4: objects('volumeClaimTemplates', CLAIM),
  },
  () => ({ selector: {}, template: TEMPLATE.begin() }),
);

/** `k8s.io.api.apps.v1.StatefulSet` */
export const STATEFUL_SET: Kept<StatefulSet> = {
  keep: slimWorkload,
  proto: message(
    {
      1: object('metadata', meta(isSmall, { 7: number('generation'), 11: texts('labels') })),
      2: object('spec', STATEFUL_SET_SPEC),
      3: object('status', message({ 1: number('observedGeneration'), 2: number('replicas', true) })),
    },
    () => ({ apiVersion: 'apps/v1', kind: 'StatefulSet', spec: STATEFUL_SET_SPEC.begin() }),
  ),
};
