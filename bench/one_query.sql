-- Reference: every column of every person on the floor, from the truth, in one query.
-- Lateral joins let each find its few rows by index, however long the past is.
SELECT json_agg(row_to_json(line))::text
FROM (
    SELECT
        person.id,
        extension.number AS extension,
        person.first_names,
        person.last_names,
        person.username,
        person.role,
        tab.tabs > 0 AS online,
        status.told AS status,
        CASE WHEN phone.id IS NULL THEN NULL
             ELSE json_build_object('state', phone.state, 'since', phone.since) END AS webphone,
        tab.used AS module,
        tickets.active AS active_tickets,
        strategies.told AS strategies,
        campaigns.told AS campaigns,
        call.told AS call,
        chats.told AS chats
    FROM workspace_user AS person
    LEFT JOIN telephony_extension AS extension ON extension.user_id = person.id
    LEFT JOIN telephony_webphonestate AS phone ON phone.extension_id = extension.id
    LEFT JOIN LATERAL (
        SELECT json_build_object('code', status.code, 'since', spell.started_at) AS told
        FROM workspace_statusinterval AS spell
        JOIN workspace_status AS status ON status.id = spell.status_id
        WHERE spell.user_id = person.id AND spell.ended_at IS NULL
    ) AS status ON TRUE
    LEFT JOIN LATERAL (
        SELECT
            count(*) AS tabs,
            (array_agg(
                json_build_object('code', tab.module, 'place', tab.place)
                ORDER BY tab.focused_at DESC
            ))[1] AS used
        FROM workspace_presence AS tab
        WHERE tab.user_id = person.id AND tab.closed_at IS NULL
    ) AS tab ON TRUE
    LEFT JOIN LATERAL (
        SELECT count(*) AS active
        FROM workspace_ticket AS ticket
        WHERE ticket.assignee_id = person.id AND ticket.state = 'assigned'
    ) AS tickets ON TRUE
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object(
            'id', strategy.id, 'kind', strategy.kind, 'name', strategy.name,
            'campaign_id', strategy.campaign_id
        )) AS told
        FROM workspace_strategysession AS session
        JOIN workspace_strategy AS strategy ON strategy.id = session.strategy_id
        WHERE session.user_id = person.id AND session.left_at IS NULL
    ) AS strategies ON TRUE
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object(
            'id', campaign.id, 'code', campaign.code, 'name', campaign.name,
            'company_id', company.id, 'company', company.name
        ) ORDER BY company.name, campaign.name) AS told
        FROM workspace_campaignmember AS member
        JOIN workspace_campaign AS campaign ON campaign.id = member.campaign_id
        JOIN workspace_company AS company ON company.id = campaign.company_id
        WHERE member.user_id = person.id
    ) AS campaigns ON TRUE
    LEFT JOIN LATERAL (
        SELECT json_build_object(
            'id', call.id, 'state', call.state, 'since', call.since,
            'direction', call.direction, 'campaign_id', call.campaign_id
        ) AS told
        FROM telephony_call AS call
        WHERE call.user_id = person.id AND call.state IN ('ringing', 'talking', 'acw')
    ) AS call ON TRUE
    LEFT JOIN LATERAL (
        SELECT json_agg(json_build_object(
            'id', chat.id, 'channel', chat.channel, 'contact', contact.name, 'since', focus.since
        ) ORDER BY focus.touched_at DESC) AS told
        FROM workspace_chatfocus AS focus
        JOIN workspace_chat AS chat ON chat.id = focus.chat_id
        JOIN workspace_ticket AS ticket ON ticket.id = chat.ticket_id
        JOIN workspace_contact AS contact ON contact.id = ticket.contact_id
        WHERE focus.user_id = person.id
    ) AS chats ON TRUE
    WHERE person.is_active
) AS line
