/** Cuts a stream of text into its lines; what follows the last line break is not a line. */
export async function* lines(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of text) {
    const complete = (rest + chunk).split('\n');
    rest = complete.pop() ?? '';
    yield* complete;
  }
}
