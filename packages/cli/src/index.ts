/** Public names of @mfakit/cli: the type of its configuration file. The command is `mfakit`. */
export type { MfakitConfig } from './config.ts';
