/** The small shapes that requests and answers are built from. */
import { z } from 'zod';
import { ZONES } from '../../domain/shared/day.ts';

/**
 * Text of several lines as a person can read it: something visible, well-formed, composed (NFC). Control and
 * bidirectional characters are dropped, because they show a reader something else than what is written.
 */
export function text(most: number) {
  return z
    .string()
    .overwrite(readable)
    .min(1)
    .max(most)
    .refine((value) => value.isWellFormed(), { error: 'notUnicode' })
    .refine((value) => value === '' || VISIBLE.test(value), { error: 'nothingVisible' });
}

/** Text of one line: a name, a title, a number. Line breaks and runs of blanks become one blank. */
export function line(most: number) {
  return text(most).overwrite((value) => value.replace(/\s+/gu, ' ').trim());
}

const VISIBLE = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/v;
const UNREADABLE = /[[\p{Cc}--[\n\t]]\p{Bidi_Control}\u{FEFF}]/gv;

function readable(written: string): string {
  return written
    .replace(/\r\n?|[\u{85}\u{2028}\u{2029}]/gv, '\n')
    .replace(UNREADABLE, '')
    .normalize('NFC')
    .trim();
}

const ADDRESS = z.email();

/** An address to which mail can be delivered (RFC 5321 §4.5.3.1: 64 octets before the @, 254 in all). */
export const Email = z
  .string()
  .overwrite((value) => value.trim())
  .max(254)
  .refine((value) => ADDRESS.safeParse(value).success && value.indexOf('@') <= 64, {
    error: 'email',
  })
  .meta({ id: 'Email', format: 'email', example: 'nama@kantor.example' });

// In lower case, as PostgreSQL writes them: ids are compared as texts.
export const Id = z.uuid().toLowerCase().meta({ description: 'An opaque id.' });
export const UserId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

// Years that people can mean: beyond them neither PostgreSQL's dates nor the engine's timers hold.
const [FIRST_DAY, LAST_DAY] = ['1900-01-01', '2199-12-31'];
export const Day = z.iso
  .date()
  .refine((day) => FIRST_DAY <= day && day <= LAST_DAY, { error: 'dayOutside' })
  .meta({ id: 'Day', description: 'A calendar day, YYYY-MM-DD.' });
export const Zone = z.enum(ZONES);
export const RegionCode = z
  .string()
  .regex(/^[0-9]{2}(\.[0-9]{2}){0,2}(\.[0-9]{4})?$/)
  .meta({ id: 'RegionCode', example: '71.07' });

export const Term = z.strictObject({ start: Day, end: Day }).meta({ id: 'Term' });

/** A letter that proves an act; its document may be attached later. */
export const Letter = z
  .strictObject({ number: line(200), date: Day })
  .meta({ id: 'Letter', description: "A letter's number and date." });

/** Pages are turned by the cursor of the page before. */
export const PageQuery = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(25),
};

/** A page of something, and where the next one begins. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** RFC 9457, with a stable code and what is possible instead. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    possible: z.array(z.string()).optional(),
    existing: z
      .object({ id: z.string(), title: z.string(), href: z.string() })
      .optional()
      .meta({ description: 'What is there already and stands against it.' }),
  })
  .meta({ id: 'Problem' });
