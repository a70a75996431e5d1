-- Emails that carry a label: a search by a sealed one opens the labels of these, and must not pass over the others.
create index email_labelled on mail.email (tenant_id, account_id) where keywords <> '{}';
