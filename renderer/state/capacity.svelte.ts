import type { ClusterCapacity } from '../../shared/capacity';
import { toAppError, type AppError } from '../../shared/errors';
import { api } from './api';

/** What is left on a cluster's nodes, asked when `clusterId` is given and again by `ask`. Call inside a component. */
export function capacityOf(clusterId: () => string) {
  let value = $state.raw<ClusterCapacity | null>(null);
  let error = $state.raw<AppError | null>(null);
  let busy = $state(false);
  let asked = 0;
  const id = $derived(clusterId());

  async function ask(fresh: boolean) {
    const mine = ++asked;
    busy = true;
    try {
      const answer = await api.call('clusters.capacity', { clusterId: id, fresh });
      if (mine !== asked) return;
      value = answer;
      error = null;
    } catch (thrown) {
      if (mine === asked) error = toAppError(thrown);
    } finally {
      if (mine === asked) busy = false;
    }
  }
  $effect(() => {
    const wanted = id;
    value = null;
    error = null;
    if (wanted !== '') void ask(false);
    return () => {
      asked++;
      busy = false;
    };
  });

  return {
    get value() {
      return value;
    },
    get error() {
      return error;
    },
    get busy() {
      return busy;
    },
    ask,
  };
}
