"""The pipeline's tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from finproc.records.sql import types

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('circuits',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('open_until', types.Instant(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('opened_at', types.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_circuits'))
    )
    op.create_table('data_keys',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_data_keys'))
    )
    op.create_table('dead_letters',
    sa.Column('id', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('queue', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('received_at', types.Instant(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_dead_letters'))
    )
    op.create_table('idempotency',
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('request_hash', sa.String(), nullable=False),
    sa.Column('status', sa.SmallInteger(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('owner', 'key', name=op.f('pk_idempotency'))
    )
    with op.batch_alter_table('idempotency', schema=None) as batch_op:
        batch_op.create_index('ix_idempotency_expires_at', ['expires_at'], unique=False)

    op.create_table('leases',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('holder', sa.String(), nullable=False),
    sa.Column('until', types.Instant(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_leases'))
    )
    op.create_table('limit_counters',
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_limit_counters'))
    )
    with op.batch_alter_table('limit_counters', schema=None) as batch_op:
        batch_op.create_index('ix_limit_counters_expires_at', ['expires_at'], unique=False)

    op.create_table('limit_hits',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('at', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.BigInteger(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_limit_hits'))
    )
    with op.batch_alter_table('limit_hits', schema=None) as batch_op:
        batch_op.create_index('ix_limit_hits_expires_at', ['expires_at'], unique=False)
        batch_op.create_index('ix_limit_hits_key_at', ['key', 'at'], unique=False)

    op.create_table('model_calls',
    sa.Column('id', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('number', sa.SmallInteger(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('submission', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('piece', sa.Integer(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('outcome', sa.String(), nullable=False),
    sa.Column('sent_at', types.Instant(), nullable=False),
    sa.Column('deadline', types.Instant(), nullable=False),
    sa.Column('settled_at', types.Instant(), nullable=True),
    sa.Column('reserved', types.Dollars(), nullable=False),
    sa.Column('cost', types.Dollars(), nullable=True),
    sa.Column('input_tokens', sa.BigInteger(), nullable=True),
    sa.Column('cached_input_tokens', sa.BigInteger(), nullable=True),
    sa.Column('output_tokens', sa.BigInteger(), nullable=True),
    sa.Column('reasoning_tokens', sa.BigInteger(), nullable=True),
    sa.Column('status', sa.SmallInteger(), nullable=True),
    sa.Column('request_id', sa.String(), nullable=True),
    sa.Column('service_tier', sa.String(), nullable=True),
    sa.Column('request', sa.LargeBinary(), nullable=True),
    sa.Column('answer', sa.LargeBinary(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_model_calls')),
    sa.UniqueConstraint('key', 'number', name=op.f('uq_model_calls_key_number'))
    )
    with op.batch_alter_table('model_calls', schema=None) as batch_op:
        batch_op.create_index('ix_model_calls_sent_at', ['sent_at'], unique=False)
        batch_op.create_index('ix_model_calls_submission', ['submission'], unique=False)
        batch_op.create_index('uq_model_calls_answered', ['key'], unique=True, sqlite_where=sa.text("state = 'answered'"), postgresql_where=sa.text("state = 'answered'"))
        batch_op.create_index('uq_model_calls_open', ['key'], unique=True, sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))

    op.create_table('spending',
    sa.Column('scope', sa.String(), nullable=False),
    sa.Column('amount', types.Dollars(), nullable=False),
    sa.PrimaryKeyConstraint('scope', name=op.f('pk_spending'))
    )
    op.create_table('submissions',
    sa.Column('id', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('media_type', sa.String(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('content_hash', sa.String(), nullable=False),
    sa.Column('company', sa.String(), nullable=True),
    sa.Column('published', sa.Date(), nullable=True),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('account', sa.LargeBinary(), nullable=True),
    sa.Column('profile', sa.String(), nullable=True),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('received_at', types.Instant(), nullable=False),
    sa.Column('updated_at', types.Instant(), nullable=False),
    sa.Column('filename', sa.String(), nullable=True),
    sa.Column('source', sa.String(), nullable=True),
    sa.Column('metadata', sa.Text(), nullable=False),
    sa.Column('dispatch', sa.Integer(), nullable=False),
    sa.Column('dispatched_at', types.Instant(), nullable=True),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(), nullable=True),
    sa.Column('lease_until', types.Instant(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('losses', sa.Integer(), nullable=False),
    sa.Column('isolated', sa.Boolean(), nullable=False),
    sa.Column('not_before', types.Instant(), nullable=True),
    sa.Column('waiting', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.Column('step', sa.String(), nullable=True),
    sa.Column('extraction', sa.Integer(), nullable=True),
    sa.Column('normalization', sa.Integer(), nullable=True),
    sa.Column('facts_set', sa.Integer(), nullable=False),
    sa.Column('extractor', sa.String(), nullable=True),
    sa.Column('fallback', sa.Boolean(), nullable=False),
    sa.Column('fact_count', sa.Integer(), nullable=True),
    sa.Column('problem_count', sa.Integer(), nullable=True),
    sa.Column('unclaimed_count', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submissions')),
    sa.UniqueConstraint('owner', 'content_hash', name=op.f('uq_submissions_owner_content_hash'))
    )
    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.create_index('ix_submissions_owner_id', ['owner', 'id'], unique=False)
        batch_op.create_index('ix_submissions_owner_state_id', ['owner', 'state', 'id'], unique=False)
        batch_op.create_index('ix_submissions_pending', ['dispatched_at', 'id'], unique=False, sqlite_where=sa.text("state NOT IN ('discarded', 'failed', 'stored')"), postgresql_where=sa.text("state NOT IN ('discarded', 'failed', 'stored')"))

    op.create_table('tokens',
    sa.Column('id', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('scopes', sa.String(), nullable=False),
    sa.Column('secret_hash', sa.String(), nullable=False),
    sa.Column('created_at', types.Instant(), nullable=False),
    sa.Column('expires_at', types.Instant(), nullable=True),
    sa.Column('revoked_at', types.Instant(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tokens')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_tokens_secret_hash'))
    )
    with op.batch_alter_table('tokens', schema=None) as batch_op:
        batch_op.create_index('ix_tokens_owner', ['owner'], unique=False)

    op.create_table('decisions',
    sa.Column('fact_id', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('submission', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('decided_at', types.Instant(), nullable=False),
    sa.Column('decided_by', sa.String(), nullable=False),
    sa.Column('value', types.Exact(), nullable=True),
    sa.Column('reason', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['submission'], ['submissions.id'], name=op.f('fk_decisions_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('fact_id', name=op.f('pk_decisions'))
    )
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.create_index('ix_decisions_submission', ['submission'], unique=False)

    op.create_table('documents',
    sa.Column('submission', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('last', sa.Boolean(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['submission'], ['submissions.id'], name=op.f('fk_documents_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('submission', 'number', name=op.f('pk_documents'))
    )
    op.create_table('extractions',
    sa.Column('submission', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('attempt', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('at', types.Instant(), nullable=False),
    sa.ForeignKeyConstraint(['submission'], ['submissions.id'], name=op.f('fk_extractions_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('submission', 'step', 'attempt', name=op.f('pk_extractions'))
    )
    op.create_table('facts',
    sa.Column('id', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('fact_id', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('submission', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('series', sa.String(), nullable=False),
    sa.Column('company', sa.String(), nullable=True),
    sa.Column('company_key', sa.String(), nullable=True),
    sa.Column('metric', sa.String(), nullable=False),
    sa.Column('qualifier', sa.String(), nullable=True),
    sa.Column('segment', sa.String(), nullable=True),
    sa.Column('value', types.Exact(), nullable=True),
    sa.Column('value_low', types.Exact(), nullable=True),
    sa.Column('value_high', types.Exact(), nullable=True),
    sa.Column('low_order', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=True),
    sa.Column('high_order', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=True),
    sa.Column('unit', sa.String(), nullable=False),
    sa.Column('currency', sa.String(), nullable=True),
    sa.Column('period', sa.String(), nullable=True),
    sa.Column('period_start', sa.Date(), nullable=True),
    sa.Column('period_end', sa.Date(), nullable=True),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('proof', sa.String(), nullable=False),
    sa.Column('extractor', sa.String(), nullable=False),
    sa.Column('model', sa.String(), nullable=True),
    sa.Column('facts_set', sa.Integer(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('received_at', types.Instant(), nullable=False),
    sa.Column('published', sa.Date(), nullable=True),
    sa.Column('known_from', types.Instant(), nullable=False),
    sa.Column('known_to', types.Instant(), nullable=True),
    sa.Column('opened_at', types.Instant(), nullable=False),
    sa.Column('replaces', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=True),
    sa.Column('closed_at', types.Instant(), nullable=True),
    sa.Column('closed_reason', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['submission'], ['submissions.id'], name=op.f('fk_facts_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_facts')),
    sa.UniqueConstraint('fact_id', 'revision', name=op.f('uq_facts_fact_id_revision'))
    )
    with op.batch_alter_table('facts', schema=None) as batch_op:
        batch_op.create_index('ix_facts_owner_company_key_metric_period', ['owner', 'company_key', 'metric', 'period'], unique=False)
        batch_op.create_index('ix_facts_owner_known_from_id', ['owner', 'known_from', 'id'], unique=False)
        batch_op.create_index('ix_facts_series_order', ['series', 'known_from', 'received_at', 'submission'], unique=False)
        batch_op.create_index('ix_facts_submission', ['submission'], unique=False)

    op.create_table('history',
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('submission', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('at', types.Instant(), nullable=False),
    sa.Column('attempt', sa.Integer(), nullable=False),
    sa.Column('dispatch', sa.Integer(), nullable=False),
    sa.Column('worker', sa.String(), nullable=True),
    sa.Column('duration_ms', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('detail', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['submission'], ['submissions.id'], name=op.f('fk_history_submission'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('sequence', 'submission', name=op.f('pk_history'))
    )
    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.create_index('ix_history_owner_sequence', ['owner', 'sequence'], unique=False)
        batch_op.create_index('ix_history_submission_sequence', ['submission', 'sequence'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('history', schema=None) as batch_op:
        batch_op.drop_index('ix_history_submission_sequence')
        batch_op.drop_index('ix_history_owner_sequence')

    op.drop_table('history')
    with op.batch_alter_table('facts', schema=None) as batch_op:
        batch_op.drop_index('ix_facts_submission')
        batch_op.drop_index('ix_facts_series_order')
        batch_op.drop_index('ix_facts_owner_known_from_id')
        batch_op.drop_index('ix_facts_owner_company_key_metric_period')

    op.drop_table('facts')
    op.drop_table('extractions')
    op.drop_table('documents')
    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.drop_index('ix_decisions_submission')

    op.drop_table('decisions')
    with op.batch_alter_table('tokens', schema=None) as batch_op:
        batch_op.drop_index('ix_tokens_owner')

    op.drop_table('tokens')
    with op.batch_alter_table('submissions', schema=None) as batch_op:
        batch_op.drop_index('ix_submissions_pending', sqlite_where=sa.text("state NOT IN ('discarded', 'failed', 'stored')"), postgresql_where=sa.text("state NOT IN ('discarded', 'failed', 'stored')"))
        batch_op.drop_index('ix_submissions_owner_state_id')
        batch_op.drop_index('ix_submissions_owner_id')

    op.drop_table('submissions')
    op.drop_table('spending')
    with op.batch_alter_table('model_calls', schema=None) as batch_op:
        batch_op.drop_index('uq_model_calls_open', sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'"))
        batch_op.drop_index('uq_model_calls_answered', sqlite_where=sa.text("state = 'answered'"), postgresql_where=sa.text("state = 'answered'"))
        batch_op.drop_index('ix_model_calls_submission')
        batch_op.drop_index('ix_model_calls_sent_at')

    op.drop_table('model_calls')
    with op.batch_alter_table('limit_hits', schema=None) as batch_op:
        batch_op.drop_index('ix_limit_hits_key_at')
        batch_op.drop_index('ix_limit_hits_expires_at')

    op.drop_table('limit_hits')
    with op.batch_alter_table('limit_counters', schema=None) as batch_op:
        batch_op.drop_index('ix_limit_counters_expires_at')

    op.drop_table('limit_counters')
    op.drop_table('leases')
    with op.batch_alter_table('idempotency', schema=None) as batch_op:
        batch_op.drop_index('ix_idempotency_expires_at')

    op.drop_table('idempotency')
    op.drop_table('dead_letters')
    op.drop_table('data_keys')
    op.drop_table('circuits')
