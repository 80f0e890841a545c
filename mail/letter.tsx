/**
 * The one shape of a mail: what, why, by when, and one button that leads to a page. Nothing is
 * done by opening a link; mail scanners open them all.
 */
import {
  Body,
  Button,
  Container,
  Head,
  Heading,
  Hr,
  Html,
  Preview,
  Section,
  Text,
} from '@react-email/components';
import type { Wording } from './agreement/wording.ts';

const ink = '#1f2937';
const quiet = '#5b6472';
const accent = '#0b6b57';

export function Letter({ preview, heading, greeting, paragraphs, facts, button, footer }: Wording) {
  return (
    <Html lang="id">
      <Head />
      <Preview>{preview}</Preview>
      <Body
        style={{ background: '#f3f4f6', fontFamily: 'Arial, Helvetica, sans-serif', color: ink }}
      >
        <Container style={{ background: '#ffffff', padding: '28px', maxWidth: '560px' }}>
          <Text style={{ color: accent, fontWeight: 'bold', margin: 0 }}>Mapalus</Text>
          <Heading as="h1" style={{ fontSize: '20px', lineHeight: '28px', margin: '8px 0 20px' }}>
            {heading}
          </Heading>
          <Text>{greeting}</Text>
          {paragraphs.map((paragraph) => (
            <Text key={paragraph} style={{ lineHeight: '22px' }}>
              {paragraph}
            </Text>
          ))}
          <Section style={{ background: '#f3f4f6', padding: '12px 16px', margin: '20px 0' }}>
            <table role="presentation" cellPadding={0} cellSpacing={0}>
              <tbody>
                {facts.map(([name, value]) => (
                  <tr key={name}>
                    <td style={{ color: quiet, padding: '3px 16px 3px 0', verticalAlign: 'top' }}>
                      {name}
                    </td>
                    <td style={{ padding: '3px 0' }}>{value}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Section>
          <Button
            href={button.href}
            style={{
              background: accent,
              color: '#ffffff',
              padding: '12px 20px',
              borderRadius: '6px',
              fontWeight: 'bold',
            }}
          >
            {button.label}
          </Button>
          <Hr style={{ margin: '28px 0 12px' }} />
          <Text style={{ color: quiet, fontSize: '12px', lineHeight: '18px' }}>{footer}</Text>
        </Container>
      </Body>
    </Html>
  );
}
