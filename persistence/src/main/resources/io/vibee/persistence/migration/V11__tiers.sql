-- A tier is changed in its row; the sweep tells the account, and says so here.
alter table app_user add column tier_told boolean default true not null;

create index app_user_tier_untold_idx on app_user (id) where not tier_told;
