-- What a new workspace starts with. Through the door, so the audit begins with it.
select
    set_config('halyard.actor', 'Halyard', true),
    set_config('halyard.client', 'migration', true),
    set_config('halyard.note', '', true);

insert into halyard.environments (key, name, color, position, production)
values
    ('production', 'Production', '#c2500f', 0, true),
    ('staging', 'Staging', '#7c5cf0', 1, false),
    ('development', 'Development', '#2f86c9', 2, false);
