/** The differences between the Harbor versions of the stand-in. */

export interface Personality {
  readonly version: string;
  /** `GET /projects/{project}/artifacts` exists (2.11.1 and later). */
  readonly projectArtifacts: boolean;
  /** Artifacts have `artifact_type` and `repository_name` (2.11.1 and later). */
  readonly artifactType: boolean;
  /** Tags have `signed` (before 2.9). */
  readonly signedTags: boolean;
  readonly csrfMessage: string;
  /** The admin's answer for an illegal project name. */
  readonly illegalProjectName: 400 | 403;
  /** A failing database looks like missing rights (before 2.14). */
  readonly databaseErrorHidden: boolean;
  /** Everything fails without Redis (2.8). */
  readonly needsRedis: boolean;
  /** `/systeminfo` shows `harbor_version` to everyone (before 2.13). */
  readonly openVersion: boolean;
  /** Further members of `/systeminfo`, for all and for callers who are logged in. */
  readonly systemInfo: Readonly<Record<string, unknown>>;
  readonly systemInfoLoggedIn: Readonly<Record<string, unknown>>;
}

/** The versions whose recorded answers the stand-in is tested against. */
export const PERSONALITIES = {
  'v2.14.4': {
    version: 'v2.14.4-79a297f7',
    projectArtifacts: true,
    artifactType: true,
    signedTags: false,
    csrfMessage: 'CSRF token not found in request',
    illegalProjectName: 400,
    databaseErrorHidden: false,
    needsRedis: false,
    openVersion: false,
    systemInfo: { banner_message: '', oidc_provider_name: '' },
    systemInfoLoggedIn: {},
  },
  'v2.8.6': {
    version: 'v2.8.6-c090df90',
    projectArtifacts: false,
    artifactType: false,
    signedTags: true,
    csrfMessage: 'CSRF token invalid',
    illegalProjectName: 403,
    databaseErrorHidden: true,
    needsRedis: true,
    openVersion: true,
    systemInfo: {},
    systemInfoLoggedIn: { with_notary: false },
  },
} as const satisfies Record<string, Personality>;

export type PersonalityName = keyof typeof PERSONALITIES;
