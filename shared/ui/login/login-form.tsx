/** The form that takes a token. */

interface LoginFormProps {
  readonly csrf: string;
  /** Path and query of the page to open after the login. */
  readonly next: string;
  /** True if the token that was sent is not valid. */
  readonly isRefused?: boolean;
}

export function LoginForm({ csrf, next, isRefused = false }: LoginFormProps) {
  return (
    <form method="post" action="/ui/login" class="login">
      <input type="hidden" name="csrf" value={csrf} />
      <input type="hidden" name="next" value={next} />
      {/* Password managers store a token under this name. It has no name of a field, so it is not sent. */}
      <input type="text" autocomplete="username" value="Image API" hidden readonly />
      <label for="token">Token</label>
      <input
        type="password"
        id="token"
        name="token"
        autocomplete="current-password"
        autocapitalize="off"
        spellcheck={false}
        required
        autofocus
        aria-invalid={isRefused ? 'true' : undefined}
        aria-describedby="token-help"
      />
      {/* Not `small`, which Pico colours as the field when its token is refused. */}
      <p class="small" id="token-help">
        A read token opens the pages, and a write token can delete too. Ask the operator of this
        service for one.
      </p>
      <button type="submit">Log in</button>
    </form>
  );
}
