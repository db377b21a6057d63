/** Fields of filter forms. They show what the address of the page says. */
import type { FunctionContext } from '../../http/function.ts';
import { searchParams } from '../../http/query.ts';

interface FieldProps {
  readonly c: FunctionContext;
  /** The parameter of the API. */
  readonly name: string;
  readonly label: string;
}

interface SelectFieldProps extends FieldProps {
  /** Value and text; the value `''` is for "any". */
  readonly options: readonly (readonly [value: string, text: string])[];
}

export function SelectField({ c, name, label, options }: SelectFieldProps) {
  const current = searchParams(c).get(name) ?? '';
  return (
    <label>
      {label}
      <select name={name}>
        {options.map(([value, text]) => (
          <option value={value} selected={value === current}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A filter that is `true` or absent. */
export function CheckField({ c, name, label }: FieldProps) {
  return (
    <label>
      <input
        type="checkbox"
        name={name}
        value="true"
        checked={searchParams(c).get(name) === 'true'}
      />
      {label}
    </label>
  );
}

/** A filter by a text. */
export function TextField({ c, name, label }: FieldProps) {
  return (
    <label>
      {label}
      <input type="text" name={name} value={searchParams(c).get(name) ?? ''} />
    </label>
  );
}
