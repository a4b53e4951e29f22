package io.vibee.journal;

import com.typesafe.config.Config;
import java.time.Duration;

/** The block {@code pekko.persistence.postgres.notifications}; every key is explained in {@code reference.conf}. */
record NotificationSettings(
        boolean enabled, String channel, Duration minInterval, Duration reconnectAfter, Duration heartbeatInterval) {

    NotificationSettings {
        SqlName.required("notifications.channel", channel);
    }

    static NotificationSettings of(Config notifications) {
        return new NotificationSettings(
                notifications.getBoolean("enabled"),
                notifications.getString("channel"),
                notifications.getDuration("min-interval"),
                notifications.getDuration("reconnect-after"),
                notifications.getDuration("heartbeat-interval"));
    }
}
