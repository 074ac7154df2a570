import type { TemplateId, TemplateInfo } from '../../shared/bots';

/** The built-in templates, first the one to start with. */
export function templates(): TemplateInfo[] {
  return [];
}
/** @throws Failure NOT_FOUND */
export function templateOf(id: TemplateId): TemplateInfo {
  return templates().find((template) => template.id === id) as TemplateInfo;
}
