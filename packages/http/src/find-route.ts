/** Finding the route that a path names. */
import type { RoutePath } from './paths.ts';

/** The name of a route, and the segment in the place of `{id}`. */
interface FoundRoute<Name> {
  readonly name: Name;
  readonly id: string;
}

/**
 * Finds routes by path, relative to the mount.
 * @returns `unknown`: below `/totp/` but no route; `foreign`: not part of the contract, so it may be the host's
 */
export type FindRoute<Name> = (path: string) => FoundRoute<Name> | 'unknown' | 'foreign';

/** Makes the search among the given routes. */
export function routeFinder<Name extends string>(routes: Readonly<Record<Name, RoutePath>>): FindRoute<Name> {
  const exact = new Map<string, Name>();
  const withId: { readonly prefix: string; readonly name: Name }[] = [];
  for (const [name, { path }] of Object.entries(routes) as [Name, RoutePath][]) {
    if (path.endsWith('/{id}')) withId.push({ prefix: path.slice(0, -'{id}'.length), name });
    else exact.set(path, name);
  }
  return (path) => {
    const name = exact.get(path);
    if (name !== undefined) return { name, id: '' };
    for (const route of withId) {
      const id = path.startsWith(route.prefix) ? decodeSegment(path.slice(route.prefix.length)) : null;
      if (id !== null) return { name: route.name, id };
    }
    return path.startsWith('/totp/') ? 'unknown' : 'foreign';
  };
}

/**
 * The path below a prefix that only the host's router knows, as it was sent. The router has matched a route, so it can
 * say how many segments that has; searching for the contract's names would also find them in other people's paths.
 * @param count - segments, 1 or more
 * @returns the whole path if it has no more segments than that
 */
export function lastSegments(path: string, count: number): string {
  let start = path.length;
  for (let left = count; left > 0 && start > 0; left -= 1) start = path.lastIndexOf('/', start - 1);
  return path.slice(Math.max(start, 0));
}

/**
 * The parts of a request's URL, still percent-encoded. Much faster than `new URL`, which adds nothing here: the
 * runtime has parsed the URL already.
 * @param url - absolute
 */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const pathStart = url.indexOf('/', url.indexOf('//') + 2);
  const [target = '/'] = (pathStart === -1 ? '/' : url.slice(pathStart)).split('#', 1);
  const queryStart = target.indexOf('?');
  if (queryStart === -1) return { path: target, query: '' };
  return { path: target.slice(0, queryStart), query: target.slice(queryStart + 1) };
}

/** The origin of a request's URL, in the form of the header `Origin`. @param url - absolute, and parsed by the runtime */
export function originOf(url: string): string {
  const pathStart = url.indexOf('/', url.indexOf('//') + 2);
  return pathStart === -1 ? url : url.slice(0, pathStart);
}

function decodeSegment(segment: string): string | null {
  if (segment === '' || segment.includes('/')) return null;
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
