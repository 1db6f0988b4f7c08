/** The public names of @mfakit/policy. */
export { decide, factsOf, requirementFor } from './decide.ts';
export { readPolicy } from './policy.ts';
export { preview } from './preview.ts';
export { requireBy } from './require-by.ts';

export type { PolicyDecision, UserFacts } from './decide.ts';
export type { Policy, PolicyRule } from './policy.ts';
export type { PreviewedUser, RulePreview } from './preview.ts';
export type { GroupsOf } from './require-by.ts';
