import type { Input } from '../../shared/contract';
import { api } from '../state/api';
import { notices } from '../state/notices.svelte';

/** What the trader does to contexts and files; what goes wrong is shown in the corner. */
export const addFile = () => notices.guard(() => api.call('contexts.addFile', {}));
export const removeFile = (path: string) => notices.guard(() => api.call('contexts.removeFile', { path }));
export const retry = (id: string) => notices.guard(() => api.call('contexts.retry', { id }));
export const setEnabled = (id: string, enabled: boolean) =>
  notices.guard(() => api.call('contexts.setEnabled', { id, enabled }));
export const setAllEnabled = (ids: string[], enabled: boolean) =>
  notices.guard(() => api.call('contexts.setAllEnabled', { ids, enabled }));
export const arrangePractice = (input: Input<'contexts.arrangePractice'>) =>
  notices.guard(() => api.call('contexts.arrangePractice', input));
export const customise = (input: Input<'contexts.customise'>) =>
  notices.guard(() => api.call('contexts.customise', input));
export const answerConsent = (requestId: string, allow: boolean) =>
  notices.guard(() => api.call('contexts.answerConsent', { requestId, allow }));
