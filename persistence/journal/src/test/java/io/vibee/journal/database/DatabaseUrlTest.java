package io.vibee.journal.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.postgresql.client.SSLMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {

    @Test
    void readsEveryPart() {
        DatabaseUrl url =
                DatabaseUrl.parse("postgresql://vibee:p%40ss+w%2Frd@db.example.org:6543/my%20data?sslmode=verify-full");

        assertThat(url)
                .isEqualTo(new DatabaseUrl(
                        "db.example.org", 6543, "my data", "vibee", "p@ss+w/rd", SSLMode.VERIFY_FULL, null));
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example.org:6543/my%20data");
        assertThat(url.jdbcProperties()).containsEntry("sslmode", "verify-full").containsEntry("password", "p@ss+w/rd");
    }

    @Test
    void assumesTheUsualPortAndEncryptionWherePossible() {
        DatabaseUrl url = DatabaseUrl.parse("postgres://vibee@localhost/vibee");

        assertThat(url.port()).isEqualTo(5432);
        assertThat(url.password()).isNull();
        assertThat(url.sslMode()).isEqualTo(SSLMode.PREFER);
    }

    @Test
    void takesAnAddressInBrackets() {
        DatabaseUrl url = DatabaseUrl.parse("postgres://vibee@[::1]:5433/vibee");

        assertThat(url.host()).isEqualTo("::1");
        assertThat(url.port()).isEqualTo(5433);
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://[::1]:5433/vibee");
    }

    @ParameterizedTest
    @CsvSource({
        "disable, DISABLE",
        "prefer, PREFER",
        "require, REQUIRE",
        "verify-ca, VERIFY_CA",
        "verify-full, VERIFY_FULL"
    })
    void knowsTheModesOfLibpq(String word, SSLMode mode) {
        assertThat(DatabaseUrl.parse("postgresql://u:p@h/d?sslmode=" + word).sslMode())
                .isEqualTo(mode);
    }

    @Test
    void checksTheServersCertificateWhenItIsToldWhomToTrust() {
        assertThat(DatabaseUrl.parse("postgresql://u:p@h/d?sslmode=require&sslrootcert=/ca.pem")
                        .sslMode())
                .isEqualTo(SSLMode.VERIFY_CA);
        assertThat(DatabaseUrl.parse("postgresql://u:p@h/d?sslrootcert=/ca.pem&sslmode=prefer")
                        .sslMode())
                .isEqualTo(SSLMode.PREFER);
    }

    @Test
    void isTheSameAfterBeingRevealedAndRead() {
        DatabaseUrl url =
                new DatabaseUrl("::1", 5433, "a/b", "us:er", "p@?&=ss +", SSLMode.VERIFY_CA, "/etc/ca one.pem");

        assertThat(DatabaseUrl.parse(url.reveal())).isEqualTo(url);
    }

    @Test
    void hidesThePassword() {
        assertThat(DatabaseUrl.parse("postgresql://vibee:sesame@db/vibee").toString())
                .isEqualTo("postgresql://vibee:***@db:5432/vibee?sslmode=prefer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sesame",
                "mysql://u:sesame@h/d",
                "postgresql://u:sesame@h",
                "postgresql://u:sesame@h/",
                "postgresql://u:sesame@/d",
                "postgresql://:sesame@h/d",
                "postgresql://h:sesame/d",
                "postgresql://u:sesame%zz@h/d",
                "postgresql://u:sesame/x@h/d",
                "postgresql://u:sesame@h:0/d",
                "postgresql://u:sesame@h:65536/d",
                "postgresql://u:sesame@h:99999999999/d",
                "postgresql://u:sesame@h:12x/d",
                "postgresql://u:sesame@[::1/d",
                "postgresql://u:sesame@h:5432,i:5432/d",
                "postgresql://u:sesame@h/d?sslmode=maybe",
                "postgresql://u:sesame@h/d?colour=red"
            })
    void refusesTheRestInOneLineWithoutThePassword(String text) {
        assertThatThrownBy(() -> DatabaseUrl.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageContaining("expected: ")
                .message()
                .doesNotContain("sesame")
                .doesNotContain("\n");
    }
}
