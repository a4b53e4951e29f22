package io.vibee.settings;

import static io.vibee.settings.Environments.assertRefused;
import static io.vibee.settings.Environments.read;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The database settings")
class DatabaseSettingsTest {
    @Test
    @DisplayName("by default name no database: the embedded one is meant")
    void defaults() {
        assertThat(read().database()).isEqualTo(new DatabaseSettings(null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://user:password@host:5432/vibee",
                "postgres://host/vibee",
                "postgresql://u@[::1]:1/x",
                "postgresql://u:p%40ss@my_db:5432/x?sslmode=disable",
                "postgresql://my_db.a_net/x",
                "postgresql://u:a:b@_db_/x",
                "postgresql://user:p%40ss@db.example.org/vibee?sslmode=require"
            })
    void acceptsUrl(String url) {
        assertThat(read("DATABASE_URL", url).database()).isEqualTo(new DatabaseSettings(new Secret(url)));
    }

    @Test
    @DisplayName("never show the password")
    void secret() {
        assertThat(read("DATABASE_URL", "postgresql://user:hidden@host/vibee").toString())
                .doesNotContain("hidden");
    }

    @ParameterizedTest
    @CsvSource({
        "mysql://user:hidden@host/vibee, mysql://user:***@host/vibee",
        "postgresql://user:hidden@host, postgresql://user:***@host",
        "postgresql://user:hidden@host/, postgresql://user:***@host/",
        "postgresql://user:hi#d/den@host/vibee, postgresql://user:***@host/vibee",
        "postgresql://user:hidden@host:0/vibee, postgresql://user:***@host:0/vibee",
        "postgresql://user:hidden@host:99999/vibee, postgresql://user:***@host:99999/vibee",
        "postgresql://user:hidden@host/a/b, postgresql://user:***@host/a/b",
        "postgresql:///vibee, postgresql:///vibee",
        "postgresql://user:hidden@my_db:0/vibee, postgresql://user:***@my_db:0/vibee",
        "postgresql://user:hidden@my_db:99999/vibee, postgresql://user:***@my_db:99999/vibee",
        "postgresql://user:hidden@my_db:/vibee, postgresql://user:***@my_db:/vibee",
        "postgresql://user:hidden@my_db-/vibee, postgresql://user:***@my_db-/vibee",
        "localhost, localhost",
        "host=db password=hidden, <23 characters>",
        "jdbc:postgresql://host/vibee?password=hidden, <44 characters>",
        "postgresql://host?user=u&password=hidden@x, <42 characters>",
    })
    void refusesUrl(String url, String shown) {
        assertRefused(
                "DATABASE_URL",
                url,
                "DATABASE_URL: " + shown + " (expected: postgresql://user:password@host:port/database)");
    }
}
