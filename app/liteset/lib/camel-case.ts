/** `PRIMARY_WAIT_MS` as `primaryWaitMs`. */
type Camel<Name> = Name extends `${infer First}_${infer Rest}`
  ? `${Lowercase<First>}${Capitalize<Camel<Rest>>}`
  : Lowercase<Name & string>;

/** Settings by the names that the environment has for them, as the code names them: `{ PRIMARY_WAIT_MS }` as `{ primaryWaitMs }`. */
export const camelCase = <Settings extends object>(settings: Settings) =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  ) as { readonly [Name in keyof Settings as Camel<Name>]: Settings[Name] };
