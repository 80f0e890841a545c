/** The pages' beginning in the browser. */
import './app/library.css';
import './app/font.css';
import './app/global.css';
import { createRoot } from 'react-dom/client';
import { speak } from './app/language.ts';
import { Pages } from './app/pages.tsx';
import { createPages } from './app/router.tsx';
import { createClient } from './connection/client.ts';

await speak();

const client = createClient();
const place = document.getElementById('root');
if (!place) throw new Error('the page has no place for the app');
createRoot(place).render(<Pages client={client} router={createPages(client)} />);
