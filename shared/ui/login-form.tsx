/** The form that takes a token. */

interface LoginFormProps {
  readonly csrf: string;
  /** Path and query of the page to open after the login. */
  readonly next: string;
}

export function LoginForm({ csrf, next }: LoginFormProps) {
  return (
    <form method="post" action="/ui/login" class="login">
      <input type="hidden" name="csrf" value={csrf} />
      <input type="hidden" name="next" value={next} />
      <label>
        Token
        <input type="password" name="token" autocomplete="current-password" required />
      </label>
      <button type="submit">Log in</button>
    </form>
  );
}
