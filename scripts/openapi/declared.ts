/** The declarations of the functions, as types: a table of texts that misses some, or has more, does not compile. */
import type { Hono } from 'hono';
import type { API_FUNCTIONS } from '../../functions/api.ts';

type Functions = (typeof API_FUNCTIONS)[keyof typeof API_FUNCTIONS];
type SchemaOf<App> = App extends Hono<infer _Env, infer Schema, infer _Base> ? Schema : never;

/** `METHOD PATH` of every route of the API, as Hono writes the path. */
export type RouteKey = KeysIn<SchemaOf<Functions>>;

type KeysIn<Schema> = Schema extends unknown
  ? {
      [Path in keyof Schema & string]: {
        [Method in keyof Schema[Path] & string]: Method extends `$${infer Name}`
          ? `${Uppercase<Name>} ${Path}`
          : never;
      }[keyof Schema[Path] & string];
    }[keyof Schema & string]
  : never;

/** Name of every parameter of every route, in a path, a query or a header. */
export type ParameterName = NamesIn<SchemaOf<Functions>>;

type NamesIn<Schema> = Schema extends unknown
  ? {
      [Path in keyof Schema]: {
        [Method in keyof Schema[Path]]: Schema[Path][Method] extends { input: infer Input }
          ? {
              [Place in keyof Input & ('param' | 'query' | 'header')]: keyof Input[Place];
            }[keyof Input & ('param' | 'query' | 'header')]
          : never;
      }[keyof Schema[Path]];
    }[keyof Schema]
  : never;
