import { z } from 'zod';
import { draftSchema, idSchema, type DraftCheck, type DryRunReport, type TemplateInfo } from '../bots';
import { call } from './define';

export const deployContract = {
  'deploy.templates': call(z.object({}))<TemplateInfo[]>(),
  /** Namespaces to offer and the cluster's storage classes, default first. */
  'deploy.targets': call(z.object({ clusterId: idSchema }))<{
    namespaces: string[];
    storageClasses: { name: string; isDefault: boolean }[];
  }>(),
  /** Pure: fields' rules and previews; sends nothing to the cluster. */
  'deploy.check': call(z.object({ draft: draftSchema }))<DraftCheck>(),
  /** What the server says to every object and to a pod of the template. Writes nothing. */
  'deploy.dryRun': call(z.object({ draft: draftSchema }))<DryRunReport>(),
  'deploy.start': call(z.object({ draft: draftSchema }))<{ operationId: string }>(),
};
