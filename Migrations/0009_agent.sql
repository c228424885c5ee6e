-- The agent: what a business sets up, its customers, conversations, turns and what leaves.
--
-- Way back: drop table outbox, turn_steps, turns, agent_interactions, events, appointments, orders,
-- message_queue, messages, conversation_contexts, conversations, stages, templates, agents,
-- agent_configurations, user_identities, users; drop policy agent_of_this_business on businesses;
-- revoke all on businesses from agent_service; the roles are dropped as 0001 says.
--
-- JSON stands as `json`, not `jsonb`: what a business wrote comes back with its keys in order and
-- its numbers as they were, and a model's text may hold any character.
--
-- `epoch` numbers what happens in a conversation: a message has the epoch that it made, and so have
-- its places in the queue and in the outbox. Whoever changes a conversation's messages, queue or
-- outbox, or begins or ends a turn, holds its row in `conversations`.

-- agent_service: what the agent's statements run as. Sees one business at a time.
-- agent_dispatcher: sees which conversations of all businesses have something due, and no contents.
do $roles$
declare wanted text;
begin
  foreach wanted in array array['agent_service', 'agent_dispatcher'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin nosuperuser nobypassrls noinherit', wanted);
      exception when duplicate_object or unique_violation then null;  -- Another database's migrator.
      end;
    end if;
    -- As in 0001.
    if not pg_catalog.pg_has_role(current_user, wanted, 'member') then
      execute format('grant %I to current_user%s', wanted,
        case when current_setting('server_version_num')::int >= 160000
          then ' with inherit false, set true' else '' end);
    end if;
    execute format('grant usage on schema @schema@ to %I', wanted);
  end loop;
end
$roles$;

-- People: customers, and those of the business.
create table users (
  business_id uuid not null references businesses on delete cascade,
  user_id uuid not null default gen_random_uuid(),
  first_name text not null default '' check (octet_length(first_name) <= 400),
  last_name text not null default '' check (octet_length(last_name) <= 400),
  email text check (octet_length(email) between 3 and 400),
  username text check (octet_length(username) between 1 and 400),
  password_hash text check (octet_length(password_hash) between 1 and 1000),
  role text not null default 'customer' check (role in ('customer', 'agent', 'admin', 'owner')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, user_id)
);
create unique index users_email on users (business_id, lower(email));
create unique index users_username on users (business_id, username);

-- Who somebody is on a channel: a phone number, an account, a session.
create table user_identities (
  business_id uuid not null references businesses on delete cascade,
  channel text not null check (channel ~ '^[a-z0-9_-]{1,64}$'),
  identity text not null check (octet_length(identity) between 1 and 400),
  user_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (business_id, channel, identity),
  foreign key (business_id, user_id) references users on delete cascade
);
create index user_identities_user on user_identities (business_id, user_id);

create table agent_configurations (
  business_id uuid primary key references businesses on delete cascade,
  agent_name text not null check (octet_length(agent_name) between 1 and 400),
  personality_traits text[] not null default '{}'
    check (cardinality(personality_traits) <= 100
      and octet_length(array_to_string(personality_traits, '')) <= 20000),
  tone text not null default '' check (octet_length(tone) <= 1000),
  persona text not null default '' check (octet_length(persona) <= 16384),
  default_model text not null check (octet_length(default_model) between 1 and 200),
  fallback_models text[] not null default '{}'
    check (cardinality(fallback_models) <= 20
      and octet_length(array_to_string(fallback_models, '')) <= 4000),
  small_model text check (octet_length(small_model) between 1 and 200),
  large_model text check (octet_length(large_model) between 1 and 200),
  behavioral_restrictions text[] not null default '{}'
    check (cardinality(behavioral_restrictions) <= 100
      and octet_length(array_to_string(behavioral_restrictions, '')) <= 100000),
  required_disclaimers text[] not null default '{}'
    check (cardinality(required_disclaimers) <= 20
      and octet_length(array_to_string(required_disclaimers, '')) <= 20000),
  confidence_threshold double precision not null check (confidence_threshold between 0 and 1),
  low_confidence_limit bigint not null check (low_confidence_limit >= 1),
  handoff_topics text[] not null default '{}'
    check (cardinality(handoff_topics) <= 200
      and octet_length(array_to_string(handoff_topics, '')) <= 20000),
  enable_proactive_suggestions boolean not null,
  enable_spelling_correction boolean not null,
  enable_rich_messages boolean not null,
  pipeline text not null check (pipeline in ('agent', 'three_prompt')),
  language text not null default 'en' check (octet_length(language) between 1 and 35),
  turn_token_limit bigint not null check (turn_token_limit > 0),
  prompt_token_limit bigint not null check (prompt_token_limit > 0),
  turn_milliseconds bigint not null check (turn_milliseconds > 0),
  turn_picodollars bigint check (turn_picodollars >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table agents (
  business_id uuid not null references businesses on delete cascade,
  agent_id uuid not null default gen_random_uuid(),
  agent_name text not null check (octet_length(agent_name) between 1 and 400),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, agent_id),
  unique (business_id, agent_name)
);

create table templates (
  business_id uuid not null references businesses on delete cascade,
  template_id uuid not null default gen_random_uuid(),
  template_name text not null check (octet_length(template_name) between 1 and 400),
  template_type text not null check (template_type in (
    'stage_selection', 'data_extraction', 'response_generation', 'summary',
    'default_stage_selection', 'default_data_extraction', 'default_response_generation',
    'default_summary')),
  content text not null default '' check (octet_length(content) <= 65536),
  system_prompt text not null default '' check (octet_length(system_prompt) <= 65536),
  language text not null default 'en' check (octet_length(language) <= 35),
  default_variables json not null default '{}'
    check (json_typeof(default_variables) = 'object'
      and octet_length(default_variables::text) <= 65536),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, template_id),
  unique (business_id, template_name)
);

create table stages (
  business_id uuid not null references businesses on delete cascade,
  stage_id uuid not null default gen_random_uuid(),
  stage_name text not null check (octet_length(stage_name) between 1 and 400),
  stage_description text not null default '' check (octet_length(stage_description) <= 16384),
  stage_type text not null check (stage_type in (
    'first_interaction', 'conversation', 'response', 'form', 'processing', 'completion')),
  agent_id uuid,
  stage_selection_template_id uuid,
  data_extraction_template_id uuid,
  response_generation_template_id uuid,
  -- Of the stage's own; each stands before its template.
  stage_selection_prompt text check (octet_length(stage_selection_prompt) <= 65536),
  data_extraction_prompt text check (octet_length(data_extraction_prompt) <= 65536),
  response_generation_prompt text check (octet_length(response_generation_prompt) <= 65536),
  next_stage_id uuid,
  -- [{"field", "condition", "value", "stage_id"}]; the first that holds.
  transitions json not null default '[]'
    check (json_typeof(transitions) = 'array' and octet_length(transitions::text) <= 65536),
  -- {"method", "config"}
  data_retrieval json not null default '{"method":"none","config":{}}'
    check (json_typeof(data_retrieval) = 'object'
      and data_retrieval ->> 'method' in ('prompt_user', 'database_query', 'api_call', 'none')
      and octet_length(data_retrieval::text) <= 65536),
  extraction_schema json check (octet_length(extraction_schema::text) <= 65536),
  stage_selection_example_conversations text[] not null default '{}'
    check (cardinality(stage_selection_example_conversations) <= 100
      and octet_length(array_to_string(stage_selection_example_conversations, '')) <= 262144),
  model_name text check (octet_length(model_name) between 1 and 200),
  model_temperature double precision check (model_temperature between 0 and 2),
  model_output_token_limit bigint check (model_output_token_limit > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, stage_id),
  unique (business_id, stage_name),
  foreign key (business_id, agent_id) references agents,
  foreign key (business_id, stage_selection_template_id) references templates,
  foreign key (business_id, data_extraction_template_id) references templates,
  foreign key (business_id, response_generation_template_id) references templates,
  -- Stages lead to each other in circles.
  foreign key (business_id, next_stage_id) references stages deferrable initially deferred
);

create table conversations (
  business_id uuid not null references businesses on delete cascade,
  conversation_id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  agent_id uuid,
  stage_id uuid,
  session_id text not null default '' check (octet_length(session_id) <= 400),
  channel text not null check (channel ~ '^[a-z0-9_-]{1,64}$'),
  -- Whom the channel sends answers to.
  identity text not null check (octet_length(identity) between 1 and 400),
  status text not null default 'active'
    check (status in ('active', 'paused', 'handed_off', 'completed', 'error')),
  language text not null default '' check (octet_length(language) <= 35),
  -- The fence: every message, handoff and reply moves it on, and an answer must still find it.
  epoch bigint not null default 0 check (epoch >= 0),
  -- Why a person is wanted, and who has come; null until then.
  handoff_category text check (octet_length(handoff_category) between 1 and 100),
  handoff_reason text check (octet_length(handoff_reason) <= 4000),
  taken_by text check (octet_length(taken_by) between 1 and 400),
  -- When the messages in the queue are to be answered; null while there are none.
  due_at timestamptz,
  -- Who works on it, and until when nobody else may.
  lease_owner uuid,
  lease_until timestamptz,
  start_time timestamptz not null default now(),
  -- When the last message came or went.
  last_updated timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, conversation_id),
  foreign key (business_id, user_id) references users on delete cascade,
  foreign key (business_id, agent_id) references agents,
  foreign key (business_id, stage_id) references stages,
  check (due_at is null or status = 'active'),
  check (taken_by is null or status = 'handed_off')
);
-- A message goes on with the conversation that is open, of which there is one.
create unique index conversations_open on conversations (business_id, channel, identity, session_id)
  where status <> 'completed';
create index conversations_newest on conversations (business_id, last_updated, conversation_id);
create index conversations_status on conversations
  (business_id, status, last_updated, conversation_id);
create index conversations_user on conversations (business_id, user_id, last_updated);
create index conversations_agent on conversations (business_id, agent_id)
  where agent_id is not null;
create index conversations_stage on conversations (business_id, stage_id)
  where stage_id is not null;
create index conversations_due on conversations (due_at) where due_at is not null;

create table messages (
  business_id uuid not null,
  message_id uuid not null default gen_random_uuid(),
  conversation_id uuid not null,
  epoch bigint not null check (epoch > 0),
  sender_type text not null check (sender_type in ('user', 'assistant', 'human')),
  -- Who of the business wrote it; null for others.
  sender_name text check (octet_length(sender_name) between 1 and 400),
  message_content text not null check (octet_length(message_content) <= 65536),
  channel text not null check (channel ~ '^[a-z0-9_-]{1,64}$'),
  channel_message_id text check (octet_length(channel_message_id) between 1 and 400),
  created_at timestamptz not null default now(),
  primary key (business_id, message_id),
  unique (business_id, conversation_id, epoch),
  foreign key (business_id, conversation_id) references conversations on delete cascade
);
create unique index messages_channel on messages (business_id, channel, channel_message_id)
  where channel_message_id is not null;

create table conversation_contexts (
  business_id uuid not null,
  conversation_id uuid not null,
  current_topic text not null default '' check (octet_length(current_topic) <= 4000),
  pending_action text not null default '' check (octet_length(pending_action) <= 4000),
  extracted_entities json not null default '{}'
    check (octet_length(extracted_entities::text) <= 262144),
  last_product_viewed uuid,
  last_service_viewed uuid,
  conversation_summary json check (octet_length(conversation_summary::text) <= 262144),
  -- How many of the messages the summary covers, oldest first.
  summarized_messages bigint not null default 0 check (summarized_messages >= 0),
  key_facts json not null default '[]'
    check (json_typeof(key_facts) = 'array' and octet_length(key_facts::text) <= 262144),
  low_confidence_count bigint not null default 0 check (low_confidence_count >= 0),
  context_expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, conversation_id),
  foreign key (business_id, conversation_id) references conversations on delete cascade
);

-- Messages that the agent is to answer. `queue_position` is the message's epoch.
create table message_queue (
  business_id uuid not null,
  conversation_id uuid not null,
  queue_position bigint not null,
  message_id uuid not null,
  status text not null default 'queued' check (status in ('queued', 'processed', 'handed_off')),
  -- The answer that covers it; null where there is none.
  answer_id uuid,
  queued_at timestamptz not null default now(),
  processed_at timestamptz,
  primary key (business_id, conversation_id, queue_position),
  foreign key (business_id, conversation_id, queue_position)
    references messages (business_id, conversation_id, epoch) on delete cascade,
  check ((status = 'queued') = (processed_at is null))
);
create index message_queue_queued on message_queue (business_id, conversation_id, queue_position)
  where status = 'queued';

-- A turn answers the messages from burst_start to burst_end in the epoch that it has seen. Its
-- status says what became of it; at most one of a conversation runs.
create table turns (
  business_id uuid not null,
  turn_id uuid not null,
  conversation_id uuid not null,
  epoch bigint not null,
  burst_start bigint not null,
  burst_end bigint not null check (burst_end between burst_start and epoch),
  status text not null default 'running'
    check (status in ('running', 'sent', 'handed_off', 'superseded')),
  -- Times that somebody began or went on with it.
  attempts integer not null default 1,
  -- The answer; null where there is none.
  message_id uuid,
  failure text check (octet_length(failure) <= 4000),
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (business_id, turn_id),
  foreign key (business_id, conversation_id) references conversations on delete cascade,
  check ((status = 'running') = (finished_at is null))
);
create unique index turns_running on turns (business_id, conversation_id) where status = 'running';
create index turns_newest on turns (business_id, conversation_id, started_at);
create index turns_old on turns (business_id, started_at);

create table turn_steps (
  business_id uuid not null,
  turn_id uuid not null,
  step_number integer not null check (step_number between 0 and 31),
  step text not null check (octet_length(step) between 1 and 100),
  input json not null check (octet_length(input::text) <= 16777216),
  output json not null check (octet_length(output::text) <= 16777216),
  calls json not null
    check (json_typeof(calls) = 'array' and octet_length(calls::text) <= 67108864),
  microseconds bigint not null check (microseconds >= 0),
  created_at timestamptz not null default now(),
  primary key (business_id, turn_id, step_number),
  foreign key (business_id, turn_id) references turns on delete cascade
);

-- What leaves a conversation, in the order of its epochs. `due_at`: a pending one may go from then
-- on; of one that is being sent, nothing was heard by then.
create table outbox (
  business_id uuid not null,
  conversation_id uuid not null,
  position bigint not null,
  message_id uuid not null,
  status text not null default 'pending'
    check (status in ('pending', 'sending', 'sent', 'unknown', 'cancelled')),
  -- What an agent says up to its handoff leaves although the conversation is no longer its own.
  is_farewell boolean not null default false,
  lease_owner uuid,
  attempts integer not null default 0,
  -- What the channel calls it.
  channel_message_id text check (octet_length(channel_message_id) between 1 and 400),
  failure text check (octet_length(failure) <= 4000),
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, conversation_id, position),
  foreign key (business_id, conversation_id, position)
    references messages (business_id, conversation_id, epoch) on delete cascade
);
create index outbox_undelivered on outbox (business_id, conversation_id, position)
  where status in ('pending', 'sending');
create index outbox_due on outbox (due_at) where status in ('pending', 'sending');

-- A row for each turn that answered or handed off. It stays when the turn's trace is pruned.
create table agent_interactions (
  business_id uuid not null,
  turn_id uuid not null,
  conversation_id uuid not null,
  user_id uuid not null,
  stage_id uuid,
  customer_message text not null check (octet_length(customer_message) <= 8388608),
  detected_intents text[] not null default '{}',
  model_used text not null default '' check (octet_length(model_used) <= 1000),
  agent_response text not null check (octet_length(agent_response) <= 65536),
  confidence_score double precision not null check (confidence_score between 0 and 1),
  handoff_triggered boolean not null,
  handoff_category text check (octet_length(handoff_category) between 1 and 100),
  handoff_reason text check (octet_length(handoff_reason) <= 4000),
  message_type text not null check (octet_length(message_type) between 1 and 100),
  -- As the provider counts; null where it is not known.
  token_usage json check (octet_length(token_usage::text) <= 4000),
  -- US dollars; null where it is not known.
  estimated_cost numeric check (estimated_cost >= 0),
  -- {"step": microseconds}
  step_latencies json not null default '{}',
  entries_cited json not null default '[]',
  suggestion json,
  suggestion_accepted boolean,
  corrections json not null default '[]',
  correction_confirmed boolean,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, turn_id),
  foreign key (business_id, conversation_id) references conversations on delete cascade,
  check (handoff_triggered = (handoff_category is not null))
);
create index agent_interactions_newest on agent_interactions (business_id, created_at, turn_id);
create index agent_interactions_conversation on agent_interactions
  (business_id, conversation_id, created_at);

create table events (
  business_id uuid not null references businesses on delete cascade,
  event_id uuid not null default gen_random_uuid(),
  user_id uuid,
  conversation_id uuid,
  type text not null check (octet_length(type) between 1 and 100),
  details json not null default '{}'
    check (json_typeof(details) = 'object' and octet_length(details::text) <= 65536),
  event_timestamp timestamptz not null default now(),
  created_at timestamptz not null default now(),
  primary key (business_id, event_id),
  foreign key (business_id, user_id) references users on delete cascade,
  foreign key (business_id, conversation_id) references conversations on delete cascade
);
create index events_newest on events (business_id, event_timestamp, event_id);
create index events_type on events (business_id, type, event_timestamp, event_id);
create index events_user on events (business_id, user_id, event_timestamp)
  where user_id is not null;
create index events_conversation on events (business_id, conversation_id, event_timestamp)
  where conversation_id is not null;

create table orders (
  business_id uuid not null references businesses on delete cascade,
  order_id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  order_number text check (octet_length(order_number) between 1 and 400),
  status text not null check (octet_length(status) between 1 and 100),
  -- As it was written: 129.00 stays 129.00.
  amount numeric check (abs(amount) < 1e14 and scale(amount) <= 4),
  currency text not null default '' check (currency ~ '^([A-Z]{3})?$'),
  lines json not null default '[]'
    check (json_typeof(lines) = 'array' and octet_length(lines::text) <= 262144),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, order_id),
  unique (business_id, order_number),
  foreign key (business_id, user_id) references users on delete cascade
);
create index orders_user on orders (business_id, user_id, created_at, order_id);
create index orders_newest on orders (business_id, created_at, order_id);

create table appointments (
  business_id uuid not null references businesses on delete cascade,
  appointment_id uuid not null default gen_random_uuid(),
  user_id uuid not null,
  service text not null check (octet_length(service) between 1 and 4000),
  status text not null check (octet_length(status) between 1 and 100),
  starts_at timestamptz not null,
  ends_at timestamptz check (ends_at >= starts_at),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (business_id, appointment_id),
  foreign key (business_id, user_id) references users on delete cascade
);
create index appointments_user on appointments (business_id, user_id, starts_at, appointment_id);
create index appointments_newest on appointments (business_id, starts_at, appointment_id);

do $isolation$
declare wanted text;
begin
  foreach wanted in array array['users', 'user_identities', 'agent_configurations', 'agents',
    'templates', 'stages', 'conversations', 'messages', 'conversation_contexts', 'message_queue',
    'turns', 'turn_steps', 'outbox', 'agent_interactions', 'events', 'orders', 'appointments']
  loop
    execute format('alter table %I enable row level security, force row level security', wanted);
    execute format('create policy of_this_business on %I to agent_service
      using (business_id = (select knowledge_current_business()))
      with check (business_id = (select knowledge_current_business()))', wanted);
    execute format('grant select, insert, update, delete on %I to agent_service', wanted);
  end loop;
end
$isolation$;

create policy agent_of_this_business on businesses for select to agent_service
  using (business_id = (select knowledge_current_business()));
grant select on businesses to agent_service;

-- Keys and times of what is due; no contents.
create policy due on conversations for select to agent_dispatcher using (due_at is not null);
grant select (business_id, conversation_id, due_at, lease_until)
  on conversations to agent_dispatcher;
create policy undelivered on outbox for select to agent_dispatcher
  using (status in ('pending', 'sending'));
grant select (business_id, conversation_id, position, status, due_at) on outbox to agent_dispatcher;
