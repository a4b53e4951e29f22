package io.vibee.http;

import io.vibee.telegram.BotAccess;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who may write to a managed bot, as PUT sends it. */
record AccessBody(@Nullable Boolean everyone, @Nullable List<@Nullable Long> userIds) {

    /** As many as Telegram takes (<a href="https://core.telegram.org/bots/api#setmanagedbotaccesssettings">access settings</a>). */
    private static final int MOST_USERS = 10;

    BotAccess validated() {
        Violations violations = new Violations();
        boolean open = violations.required(everyone, "/everyone", "true, or false with user_ids", true);
        if (open) {
            violations.body(userIds == null || userIds.isEmpty(), "/user_ids", "none, for everyone may write");
            violations.refuseIfAny();
            return new BotAccess(false, List.of());
        }
        List<@Nullable Long> ids = violations.required(
                userIds, "/user_ids", "the ids in Telegram of who may write beside you, [] for nobody", List.of());
        violations.body(ids.size() <= MOST_USERS, "/user_ids", "at most " + MOST_USERS + " ids");
        for (int i = 0; i < Math.min(ids.size(), MOST_USERS); i++) {
            Long id = ids.get(i);
            violations.body(id != null && id > 0, "/user_ids/" + i, "the id of a person in Telegram");
        }
        violations.refuseIfAny();
        return new BotAccess(
                true, ids.stream().map(Objects::requireNonNull).distinct().toList());
    }
}
