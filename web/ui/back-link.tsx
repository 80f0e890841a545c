/** The way back to the list from which one came. */
import { Link } from '@tanstack/react-router';
import { Icon } from './icons.tsx';
import classes from './back-link.module.css';

export function BackLink({ to, label }: { to: '/perjanjian' | '/kotak-keluar'; label: string }) {
  return (
    <Link to={to} className={classes.back}>
      <Icon name="arrowLeft" size={15} />
      {label}
    </Link>
  );
}
