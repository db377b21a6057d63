# The functions on workerd, after `npm run build`. The router:
#   workerd serve deploy/workerd/image-api.capnp config
# One function alone, by its name, for example harbor-projects:
#   workerd serve deploy/workerd/image-api.capnp harborProjects
# The configuration comes from the environment: the variables in docs/configuration.md. Set READ_TOKEN,
# or PUBLIC_READS=true if everyone may read.

using Workerd = import "/workerd/workerd.capnp";

# Put a TLS proxy in front.
const sockets :List(Workerd.Socket) = [
  (name = "http", address = "127.0.0.1:8080", http = (), service = "main")
];

# "private" for a registry or a bridge in a private network, which workerd does not call by default.
const network :Workerd.Service = (
  name = "network",
  network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true))
);

# Ports other than 80 and 443 in URLs need a date after 2024-09-02. No flags, because nothing here uses Node.
const date :Text = "2026-11-01";

const environment :List(Workerd.Worker.Binding) = [
  (name = "IGNORE_FILE_PATH", fromEnvironment = "IGNORE_FILE_PATH"),
  (name = "LOG_FILE", fromEnvironment = "LOG_FILE"),
  (name = "LOG_MAX_BYTES", fromEnvironment = "LOG_MAX_BYTES"),
  (name = "LOG_BACKUP_COUNT", fromEnvironment = "LOG_BACKUP_COUNT"),
  (name = "LOG_LEVEL", fromEnvironment = "LOG_LEVEL"),
  (name = "APP_HOST", fromEnvironment = "APP_HOST"),
  (name = "APP_PORT", fromEnvironment = "APP_PORT"),
  (name = "APP_DEBUG", fromEnvironment = "APP_DEBUG"),
  (name = "JSONIFY_PRETTYPRINT_REGULAR", fromEnvironment = "JSONIFY_PRETTYPRINT_REGULAR"),
  (name = "READ_TOKEN", fromEnvironment = "READ_TOKEN"),
  (name = "WRITE_TOKEN", fromEnvironment = "WRITE_TOKEN"),
  (name = "LOCAL_SOCKET", fromEnvironment = "LOCAL_SOCKET"),
  (name = "ALLOWED_HOSTS", fromEnvironment = "ALLOWED_HOSTS"),
  (name = "PUBLIC_READS", fromEnvironment = "PUBLIC_READS"),
  (name = "PUBLIC_URL", fromEnvironment = "PUBLIC_URL"),
  (name = "HARBOR_HOST", fromEnvironment = "HARBOR_HOST"),
  (name = "HARBOR_USERNAME", fromEnvironment = "HARBOR_USERNAME"),
  (name = "HARBOR_PASSWORD", fromEnvironment = "HARBOR_PASSWORD"),
  (name = "VERIFY_SSL", fromEnvironment = "VERIFY_SSL"),
  (name = "CA_FILE", fromEnvironment = "CA_FILE"),
  (name = "HARBOR_TIMEOUT_MS", fromEnvironment = "HARBOR_TIMEOUT_MS"),
  (name = "HARBOR_CONCURRENCY", fromEnvironment = "HARBOR_CONCURRENCY"),
  (name = "HARBOR_MAX_ROWS", fromEnvironment = "HARBOR_MAX_ROWS"),
  (name = "REGISTRY_ALIASES", fromEnvironment = "REGISTRY_ALIASES"),
  (name = "CRICTL_PATH", fromEnvironment = "CRICTL_PATH"),
  (name = "CRICTL_SUDO", fromEnvironment = "CRICTL_SUDO"),
  (name = "CRICTL_RUNTIME_ENDPOINT", fromEnvironment = "CRICTL_RUNTIME_ENDPOINT"),
  (name = "CRICTL_TIMEOUT_MS", fromEnvironment = "CRICTL_TIMEOUT_MS"),
  (name = "CRICTL_MAX_AGE_MS", fromEnvironment = "CRICTL_MAX_AGE_MS"),
  (name = "DELETE_GUARD", fromEnvironment = "DELETE_GUARD"),
  (name = "JOURNAL_FILE", fromEnvironment = "JOURNAL_FILE"),
  (name = "POLICIES", fromEnvironment = "POLICIES"),
  (name = "BRIDGE_URL", fromEnvironment = "BRIDGE_URL"),
  (name = "BRIDGE_TOKEN", fromEnvironment = "BRIDGE_TOKEN"),
  (name = "BRIDGE_LISTEN", fromEnvironment = "BRIDGE_LISTEN"),
  (name = "BRIDGE_TLS_CERT", fromEnvironment = "BRIDGE_TLS_CERT"),
  (name = "BRIDGE_TLS_KEY", fromEnvironment = "BRIDGE_TLS_KEY"),
  (name = "BRIDGE_CA_FILE", fromEnvironment = "BRIDGE_CA_FILE"),
  (name = "BRIDGE_ALLOW_PLAINTEXT", fromEnvironment = "BRIDGE_ALLOW_PLAINTEXT"),
  (name = "BRIDGE_TIMEOUT_MS", fromEnvironment = "BRIDGE_TIMEOUT_MS"),
  (name = "NODE_NAME", fromEnvironment = "NODE_NAME"),
  (name = "NODES", fromEnvironment = "NODES"),
  (name = "NODES_DNS", fromEnvironment = "NODES_DNS"),
  (name = "NODE_TIMEOUT_MS", fromEnvironment = "NODE_TIMEOUT_MS"),
  (name = "NODE_CONCURRENCY", fromEnvironment = "NODE_CONCURRENCY"),
  (name = "NODE_MAX_STALE_MS", fromEnvironment = "NODE_MAX_STALE_MS"),
  (name = "MAX_AGE_MS", fromEnvironment = "MAX_AGE_MS"),
  (name = "HARBOR_WEBHOOK_TOKEN", fromEnvironment = "HARBOR_WEBHOOK_TOKEN"),
  (name = "INVOKE_SECRET", fromEnvironment = "INVOKE_SECRET"),
  (name = "NOTIFY_URL", fromEnvironment = "NOTIFY_URL"),
  (name = "NOTIFY_SECRET", fromEnvironment = "NOTIFY_SECRET"),
  (name = "UI_ENABLED", fromEnvironment = "UI_ENABLED"),
  (name = "SESSION_KEY", fromEnvironment = "SESSION_KEY"),
  (name = "SESSION_HOURS", fromEnvironment = "SESSION_HOURS"),
  (name = "METRICS_REFRESH_MS", fromEnvironment = "METRICS_REFRESH_MS"),
  (name = "METRICS_MAX_AGE_MS", fromEnvironment = "METRICS_MAX_AGE_MS"),
  (name = "FUNCTION_URLS", fromEnvironment = "FUNCTION_URLS"),
  (name = "FUNCTION_TIMEOUT_MS", fromEnvironment = "FUNCTION_TIMEOUT_MS"),
  (name = "IGNORE_LIST", fromEnvironment = "IGNORE_LIST"),
];

const config :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "router", esModule = embed "../../dist/functions/router.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const localImages :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "local-images", esModule = embed "../../dist/functions/local-images.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const harborProjects :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "harbor-projects", esModule = embed "../../dist/functions/harbor-projects.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const harborRepositories :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "harbor-repositories", esModule = embed "../../dist/functions/harbor-repositories.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const harborArtifacts :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "harbor-artifacts", esModule = embed "../../dist/functions/harbor-artifacts.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const deleteHarborArtifact :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "delete-harbor-artifact", esModule = embed "../../dist/functions/delete-harbor-artifact.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const images :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "images", esModule = embed "../../dist/functions/images.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const nodes :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "nodes", esModule = embed "../../dist/functions/nodes.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const nodeImages :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "node-images", esModule = embed "../../dist/functions/node-images.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const compare :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "compare", esModule = embed "../../dist/functions/compare.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const usage :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "usage", esModule = embed "../../dist/functions/usage.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const drift :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "drift", esModule = embed "../../dist/functions/drift.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const harborUnused :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "harbor-unused", esModule = embed "../../dist/functions/harbor-unused.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const deletionPlan :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "deletion-plan", esModule = embed "../../dist/functions/deletion-plan.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const harborCleanup :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "harbor-cleanup", esModule = embed "../../dist/functions/harbor-cleanup.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const journal :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "journal", esModule = embed "../../dist/functions/journal.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const ui :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "ui", esModule = embed "../../dist/functions/ui.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const health :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "health", esModule = embed "../../dist/functions/health.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const openapi :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "openapi", esModule = embed "../../dist/functions/openapi.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const metrics :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "metrics", esModule = embed "../../dist/functions/metrics.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const harborWebhook :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "harbor-webhook", esModule = embed "../../dist/functions/harbor-webhook.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);

const webhookInvoke :Workerd.Config = (sockets = .sockets, services = [.network, (name = "main", worker = (
  modules = [(name = "webhook-invoke", esModule = embed "../../dist/functions/webhook-invoke.js")],
  compatibilityDate = .date, bindings = .environment, globalOutbound = "network"))]);
