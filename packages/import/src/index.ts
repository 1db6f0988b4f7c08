/** The public names of @mfakit/import. */
export { importAll } from './import-all.ts';
export { isSkipped } from './row.ts';
export { RowError } from './row-error.ts';
export { sources } from './sources.ts';
export { SourceOptionError } from './sources/options.ts';

export { activeRecordKeys, readActiveRecord } from './readers/active-record.ts';
export { readAllauthCodes } from './readers/allauth-codes.ts';
export { readAttrEncrypted } from './readers/attr-encrypted.ts';
export { autheliaKeys, readAuthelia } from './readers/authelia.ts';
export { readAutheliaExport } from './readers/authelia-export.ts';
export { readBetterAuth } from './readers/better-auth.ts';
export { readCalcom } from './readers/calcom.ts';
export { fernetKeys, readFernetToken } from './readers/fernet.ts';
export { jtwebbKey, readJtwebb } from './readers/jtwebb.ts';
export { readKeycloak, readKeycloakCodes } from './readers/keycloak.ts';
export { readLaravel } from './readers/laravel.ts';
export { readSecret } from './readers/secret.ts';
export { readSupabase } from './readers/supabase.ts';

export { fromAllauth } from './sources/allauth.ts';
export { fromAuthelia } from './sources/authelia.ts';
export { fromBetterAuth } from './sources/better-auth.ts';
export { fromCalcom } from './sources/calcom.ts';
export { fromColumns } from './sources/columns.ts';
export { fromDevise } from './sources/devise.ts';
export { fromDjangoOtp } from './sources/django-otp.ts';
export { fromFastApi } from './sources/fastapi.ts';
export { fromJtwebb } from './sources/jtwebb.ts';
export { fromKeycloak } from './sources/keycloak.ts';
export { fromLaravelFortify } from './sources/laravel-fortify.ts';
export { fromSupabase } from './sources/supabase.ts';

export type { ImportAllOptions, RowReport } from './import-all.ts';
export type { ReadRow, ReadUser, SkippedRow, SkipReason, SourceWarning } from './row.ts';
export type { SourceName } from './sources.ts';
export type { OptionValues, ReadDocument, Source, SourceOption } from './sources/source.ts';
