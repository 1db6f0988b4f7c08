/** Every source by the name that the command line and the records know it by. */
import { allauth } from './sources/allauth.ts';
import { authelia } from './sources/authelia.ts';
import { betterAuth } from './sources/better-auth.ts';
import { calcom } from './sources/calcom.ts';
import { columns } from './sources/columns.ts';
import { devise, devise4 } from './sources/devise.ts';
import { authentik, djangoOtp } from './sources/django-otp.ts';
import { fastapi } from './sources/fastapi.ts';
import { jtwebb } from './sources/jtwebb.ts';
import { keycloak } from './sources/keycloak.ts';
import { laravelFortify } from './sources/laravel-fortify.ts';
import type { Source } from './sources/source.ts';
import { supabase } from './sources/supabase.ts';

/** Names of the sources. */
export type SourceName =
  | 'columns'
  | 'better-auth'
  | 'fastapi'
  | 'calcom'
  | 'supabase'
  | 'django-otp'
  | 'authentik'
  | 'allauth'
  | 'laravel-fortify'
  | 'devise-two-factor'
  | 'devise-two-factor-4'
  | 'keycloak'
  | 'authelia'
  | 'jtwebb';

/** The sources, in the order of their guides. */
export const sources: Readonly<Record<SourceName, Source>> = {
  columns,
  'better-auth': betterAuth,
  fastapi,
  calcom,
  supabase,
  'django-otp': djangoOtp,
  authentik,
  allauth,
  'laravel-fortify': laravelFortify,
  'devise-two-factor': devise,
  'devise-two-factor-4': devise4,
  keycloak,
  authelia,
  jtwebb,
};
