/** Table: the contract as data. Dispatcher, OpenAPI document, bindings and tests all read it. */
import { PATHS, type RouteName } from './paths.ts';
import * as routes from './route-list.ts';

/** Every route under its name. It does not compile unless the list has a route for every path. */
export type RouteTable = { readonly [Name in RouteName]: (typeof routes)[Name] };

/** Every route, in the order of the paths. */
export const ROUTES: RouteTable = { ...PATHS, ...routes };
