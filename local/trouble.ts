/** A failure of the machine rather than of the code: what happened and how to mend it. */
export class Trouble extends Error {
  override readonly name = 'Trouble';
  readonly remedy: string;

  constructor(what: string, remedy: string) {
    super(what);
    this.remedy = remedy;
  }
}
