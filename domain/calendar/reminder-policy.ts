/** The rules of reminders, as they are published. */

/** How many days before the end people are reminded, and at what hour mail leaves. */
export type ReminderPolicy = { version: number; daysBefore: number[]; mailHour: number };
