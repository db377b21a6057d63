/** The part of undici that calls use. It is loaded when a process makes its first call to another one. */
export { Agent, Client, type Dispatcher, EnvHttpProxyAgent, fetch, request } from 'undici';
