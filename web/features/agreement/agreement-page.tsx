/** One agreement: where it stands, what can be done, and everything that is known of it. */
import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { BackLink } from '../../ui/back-link.tsx';
import { QueryBoundary } from '../../ui/query-boundary.tsx';
import { Page } from '../../ui/page.tsx';
import classes from './agreement-page.module.css';
import { ApprovalRoute } from './approval-route.tsx';
import { Chain } from './chain.tsx';
import { Facts } from './facts.tsx';
import { Handovers } from './handovers.tsx';
import { Milestones } from './milestones.tsx';
import { NextSteps } from './next-steps.tsx';
import { Parties } from './parties.tsx';
import { Position } from './position.tsx';
import { agreementQuery } from './reading.ts';
import type { Agreement } from './reading.ts';
import { StagePath } from './stage-path.tsx';
import { Timeline } from './timeline.tsx';
import { TwinsNotice } from './twins.tsx';

export function AgreementPage() {
  const { id } = useParams({ from: '/known/shell/perjanjian/$id' });
  // Another agreement is another page: nothing of the one before stays open.
  return <OneAgreement key={id} id={id} />;
}

function OneAgreement({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useQuery(agreementQuery(id));
  return (
    <>
      <BackLink to="/perjanjian" label={t('agreement.back')} />
      <QueryBoundary query={query} lines={8}>
        {(agreement) => <Content agreement={agreement} />}
      </QueryBoundary>
    </>
  );
}

function Content({ agreement }: { agreement: Agreement }) {
  const { t: nameOf } = useTranslation('codes');
  return (
    <Page
      title={agreement.title}
      lead={`${nameOf(`form.${agreement.form}`)} · ${agreement.region.name}`}
    >
      <StagePath agreement={agreement} />
      <Position agreement={agreement} />
      <TwinsNotice agreement={agreement} />
      <div className={classes.columns}>
        <Stack gap="lg" className={classes.main}>
          <NextSteps agreement={agreement} />
          <Handovers agreement={agreement} />
          <Parties agreement={agreement} />
          <ApprovalRoute agreement={agreement} />
          <Milestones agreement={agreement} />
          <Timeline agreement={agreement} />
        </Stack>
        <Stack gap="lg" className={classes.aside}>
          <Facts agreement={agreement} />
          <Chain agreement={agreement} />
        </Stack>
      </div>
    </Page>
  );
}
