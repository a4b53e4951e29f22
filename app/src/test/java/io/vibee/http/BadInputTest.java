package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.http.Api.Answer;
import io.vibee.http.Api.Someone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each endpoint's bad input, in tables: the request, then status, kind and place of the problem. */
@DisplayName("Bad input")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class BadInputTest {

    private final Api api = Api.start();
    private @Nullable Someone ann;
    private String session = "";

    @BeforeAll
    void someone() {
        ann = api.register("ann");
        Answer connected = api.post(ann, "/api/v1/sessions/connect", """
                {"bot_token":"77:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""");
        session = connected.json().path("id").asText();
        api.entities.chat(ann.id(), "c1", session);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private void check(String method, String path, @Nullable String body, int status, String kind, String place) {
        Answer answer = api.send(ann, method, path.replace("{session}", session), body);

        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.problem()).isEqualTo(kind);
        assertThat(answer.pointer()).isEqualTo(place);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("X-Request-Id")).isNotBlank();
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.json().path("title").asText()).isNotBlank();
        assertThat(answer.json().path("detail").asText()).isNotBlank();
        assertThat(answer.json().path("instance").asText())
                .isEqualTo(path.replace("{session}", session).split("\\?", 2)[0]);
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            POST | /api/v1/auth/register | {} | /username
            POST | /api/v1/auth/register | {"username":"an","password":"correct horse"} | /username
            POST | /api/v1/auth/register | {"username":"a b c","password":"correct horse"} | /username
            POST | /api/v1/auth/register | {"username":5,"password":"correct horse"} | /username
            POST | /api/v1/auth/register | {"username":"bob","password":"short"} | /password
            POST | /api/v1/auth/register | {"username":"bob","password":"password123"} | /password
            POST | /api/v1/auth/register | {"username":"bob-the-third","password":"Bob-The-Third"} | /password
            POST | /api/v1/auth/register | {"username":"bob","password":null} | /password
            POST | /api/v1/auth/register | {"username":"bob","password":["correct horse"]} | /password
            POST | /api/v1/auth/register | {"username":"bob","password":"correct horse","telegram_id":0} | /telegram_id
            POST | /api/v1/auth/register | {"username":"bob","password":"correct horse","telegram_id":"5"} | /telegram_id
            POST | /api/v1/auth/register | {"username":"bob","password":"correct horse","telegram_id":1.5} | /telegram_id
            POST | /api/v1/auth/register | {"username":"bob","password":"correct horse","telegram_id":99999999999999999999} | /telegram_id
            POST | /api/v1/auth/register | {"username":"bob","password":"correct horse","tier":"gold"} | /tier
            POST | /api/v1/auth/login | {"password":"correct horse"} | /username
            POST | /api/v1/auth/login | {"username":"bob"} | /password
            POST | /api/v1/auth/login | {"username":"bob","password":true} | /password
            POST | /api/v1/auth/refresh | {} | /refresh_token
            POST | /api/v1/auth/refresh | {"refresh_token":7} | /refresh_token
            POST | /api/v1/auth/logout | {} | /refresh_token
            PATCH | /api/v1/users/me | {"persona":5} | /persona
            PATCH | /api/v1/users/me | {"persona":" "} | /persona
            PATCH | /api/v1/users/me | {"persona":"\\ud800"} | /persona
            PATCH | /api/v1/users/me | {"language":"not a tag"} | /language
            PATCH | /api/v1/users/me | {"timezone":"Mars/Olympus"} | /timezone
            PATCH | /api/v1/users/me | {"quiet_hours":"22:00"} | /quiet_hours
            PATCH | /api/v1/users/me | {"quiet_hours":{"from":"22:00"}} | /quiet_hours/to
            PATCH | /api/v1/users/me | {"quiet_hours":{"from":"24:00","to":"06:00"}} | /quiet_hours/from
            PATCH | /api/v1/users/me | {"quiet_hours":{"from":"06:00","to":"06:00"}} | /quiet_hours/to
            PATCH | /api/v1/users/me | {"quiet_hours":{"from":"05:00","to":"06:00","x/y":1}} | /quiet_hours/x~1y
            PATCH | /api/v1/users/me | {"working_hours":{"days":[],"from":"09:00","to":"18:00"}} | /working_hours/days
            PATCH | /api/v1/users/me | {"working_hours":{"days":["funday"],"from":"09:00","to":"18:00"}} | /working_hours/days
            PATCH | /api/v1/users/me | {"working_hours":{"days":["monday","monday"],"from":"09:00","to":"18:00"}} | /working_hours/days
            PATCH | /api/v1/users/me | {"working_hours":{"days":["monday"],"from":"9","to":"18:00"}} | /working_hours/from
            PATCH | /api/v1/users/me | {"working_hours":{"days":["monday"],"from":"09:00","to":"09:00"}} | /working_hours/to
            PATCH | /api/v1/users/me | {"working_hours":7} | /working_hours
            PATCH | /api/v1/users/me | {"outside_hours":"party"} | /outside_hours
            PATCH | /api/v1/users/me | {"outside_hours":"notice"} | /outside_notice
            PATCH | /api/v1/users/me | {"outside_notice":" "} | /outside_notice
            PATCH | /api/v1/sessions/{session} | {"review_new_contacts":"yes"} | /review_new_contacts
            PATCH | /api/v1/users/me | {"tier":"gold"} | /tier
            PATCH | /api/v1/users/me | [] | ``
            POST | /api/v1/sessions/connect | {} | /bot_token
            POST | /api/v1/sessions/connect | {"bot_token":"123"} | /bot_token
            POST | /api/v1/sessions/connect | {"bot_token":"1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","delivery":"pigeon"} | /delivery
            POST | /api/v1/sessions/connect | {"bot_token":"1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","default_mode":"loud"} | /default_mode
            POST | /api/v1/sessions/connect | {"bot_token":"1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","default_mode":0} | /default_mode
            GET | /api/v1/sessions?limit=0 | - | limit
            GET | /api/v1/sessions?limit=101 | - | limit
            GET | /api/v1/sessions?limit=ten | - | limit
            GET | /api/v1/sessions?limit=1&limit=2 | - | limit
            GET | /api/v1/sessions?cursor=%00 | - | cursor
            GET | /api/v1/sessions?cursor=bm9uZQ | - | cursor
            GET | /api/v1/sessions?page=2 | - | page
            PATCH | /api/v1/sessions/{session} | {} | /default_mode
            PATCH | /api/v1/sessions/{session} | {"default_mode":"loud"} | /default_mode
            PATCH | /api/v1/sessions/{session} | {"status":"paused"} | /status
            GET | /api/v1/chats?session_id=%27%20or%201 | - | session_id
            GET | /api/v1/chats?cursor=bm9uZQpvbmU | - | cursor
            PUT | /api/v1/chats/c1/config | {} | /mode
            PUT | /api/v1/chats/c1/config | {"mode":"loud"} | /mode
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","trigger_words":"hello"} | /trigger_words
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","trigger_words":["ok",""]} | /trigger_words/1
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","trigger_words":[null]} | /trigger_words/0
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","trigger_words":[5]} | /trigger_words/0
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","response_probability":1.01} | /response_probability
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","response_probability":-0.1} | /response_probability
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","response_probability":1e999} | /response_probability
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","response_probability":"0.5"} | /response_probability
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","on_failure":"cry"} | /on_failure
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","when_in_doubt":"ask"} | /when_in_doubt
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","forbid":["jokes"]} | /forbid/0
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","forbid":[null]} | /forbid
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","forbid":"links"} | /forbid
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","stateless":"yes"} | /stateless
            PUT | /api/v1/chats/c1/config | {"mode":"observe","pause_before_answer_seconds":-1} | /pause_before_answer_seconds
            PUT | /api/v1/chats/c1/config | {"mode":"observe","pause_before_answer_seconds":301} | /pause_before_answer_seconds
            PUT | /api/v1/chats/c1/config | {"mode":"observe","answer_in_group":"never"} | /answer_in_group
            PUT | /api/v1/chats/c1/config | {"mode":"observe","cooldown_seconds":86401} | /cooldown_seconds
            PUT | /api/v1/chats/c1/config | {"mode":"observe","human_delay":1} | /human_delay
            PUT | /api/v1/chats/c1/config | {"mode":"observe","answer_bots":"some"} | /answer_bots
            PUT | /api/v1/chats/c1/config | {"mode":"observe","names":["Bob"," "]} | /names/1
            PUT | /api/v1/chats/c1/config | {"mode":"observe","names":["1","2","3","4","5","6","7","8","9","a","b"]} | /names
            PUT | /api/v1/chats/c1/config | {"mode":"observe","contact":"friend"} | /contact
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","colour":"red"} | /colour
            GET | /api/v1/chats/c1/messages?cursor=bm9uZQ | - | cursor
            GET | /api/v1/chats/c1/messages?limit=1e2 | - | limit
            POST | /api/v1/chats/c1/send | {} | /text
            POST | /api/v1/chats/c1/send | {"text":"  "} | /text
            POST | /api/v1/chats/c1/send | {"text":5} | /text
            POST | /api/v1/chats/c1/send | {"text":"half \\udc00"} | /text
            POST | /api/v1/chats/c1/send | {"text":"a\\u0000b"} | /text
            POST | /api/v1/chats/c1/send | {"text":"\\u0000"} | /text
            POST | /api/v1/chats/c1/send | {"te\\u0000xt":"hello"} | /te�xt
            POST | /api/v1/chats/c1/preview | {"text":"\\ude00\\ud83d"} | /text
            PUT | /api/v1/chats/c1/config | {"mode":"sniper","trigger_words":["ok","a\\u0000b"]} | /trigger_words/1
            PUT | /api/v1/chats/c1/config | {"mode":"sni\\u0000per"} | /mode
            PATCH | /api/v1/users/me | {"persona":"kind\\u0000ly"} | /persona
            PATCH | /api/v1/users/me | {"language":"e\\u0000n"} | /language
            PATCH | /api/v1/users/me | {"quiet_hours":{"from":"05:00","to":"06:\\u000000"}} | /quiet_hours/to
            PATCH | /api/v1/users/me | {"quiet_hours":{"fr\\u0000om":"05:00"}} | /quiet_hours/fr�om
            PATCH | /api/v1/sessions/{session} | {"default_mode":"\\udc00"} | /default_mode
            POST | /api/v1/sessions/connect | {"bot_token":"1:\\u0000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} | /bot_token
            POST | /api/v1/auth/register | {"username":"bo\\u0000b","password":"correct horse"} | /username
            POST | /api/v1/auth/register | {"username":"bob","password":"correct \\ud800horse"} | /password
            POST | /api/v1/auth/login | {"username":"bob","password":"correct \\u0000horse"} | /password
            POST | /api/v1/auth/refresh | {"refresh_token":"\\u0000"} | /refresh_token
            GET | /api/v1/chats?session_id=a%00b | - | session_id
            GET | /api/v1/audit?type=%00 | - | type
            GET | /api/v1/dead-letters?cursor=a%00 | - | cursor
            GET | /api/v1/audit?type=everything | - | type
            GET | /api/v1/audit?from=yesterday | - | from
            GET | /api/v1/audit?to=2026-13-01T00:00:00Z | - | to
            GET | /api/v1/audit?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z | - | to
            GET | /api/v1/audit?chat_id=%00 | - | chat_id
            GET | /api/v1/audit?session=x | - | session
            GET | /api/v1/audit?cursor=bm9uZQ | - | cursor
            """)
    @DisplayName("that is not valid is refused with its place")
    void invalid(String method, String path, @Nullable String body, String place) {
        check(method, path, body, 400, "invalid-request", place);
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            POST | /api/v1/auth/register | {"username":
            POST | /api/v1/auth/login | ``
            POST | /api/v1/auth/login | {"username":"a","username":"b"}
            POST | /api/v1/auth/refresh | {} {}
            POST | /api/v1/auth/logout | 'x'
            PATCH | /api/v1/users/me | {"persona":NaN}
            POST | /api/v1/sessions/connect | {bot_token:1}
            PATCH | /api/v1/sessions/{session} | nope
            PUT | /api/v1/chats/c1/config | {"mode":"sniper",}
            POST | /api/v1/chats/c1/send | {"text":"\\x"}
            POST | /api/v1/chats/c1/send | {"te\\ud800xt":"hello"}
            GET | /api/v1/audit?type=%ff | -
            """)
    @DisplayName("that can't be read is refused as malformed")
    void malformed(String method, String path, @Nullable String body) {
        if (path.contains("%ff")) {
            // Not UTF-8: whether the query or its value is at fault is the parser's view.
            assertThat(api.send(ann, method, path, body).status()).isEqualTo(400);
            return;
        }
        check(method, path, body, 400, "malformed-request", "none");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            GET | /api/v1/nothing | -
            GET | /api/v1/sessions/ses_0 | -
            GET | /api/v1/sessions/%00 | -
            PATCH | /api/v1/sessions/ses_0 | {"default_mode":"observe"}
            DELETE | /api/v1/sessions/ses_0 | -
            POST | /api/v1/sessions/ses_0/pause | -
            POST | /api/v1/sessions/ses_0/resume | -
            GET | /api/v1/sessions/ses_0/other | -
            GET | /api/v1/chats/c0 | -
            PUT | /api/v1/chats/c0/config | {"mode":"observe"}
            GET | /api/v1/chats/c0/messages | -
            POST | /api/v1/chats/c0/send | {"text":"hello"}
            GET | /api/v1/chats/%F0%9F%98%80 | -
            GET | /api/v1/chats/a%00b/messages | -
            DELETE | /api/v1/dead-letters/c1.%00 | -
            """)
    @DisplayName("that names what is not there is not found")
    void notFound(String method, String path, @Nullable String body) {
        check(method, path, body, 404, "not-found", "none");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "GET, /api/v1/auth/login, 'OPTIONS, POST'",
        "PUT, /api/v1/users/me, 'DELETE, GET, HEAD, OPTIONS, PATCH'",
        "POST, /api/v1/sessions, 'GET, HEAD, OPTIONS'",
        "POST, /api/v1/chats/c1, 'DELETE, GET, HEAD, OPTIONS'",
        "POST, /api/v1/audit, 'GET, HEAD, OPTIONS'",
        "POST, /health, 'GET, HEAD, OPTIONS'",
        "DELETE, /metrics, 'GET, HEAD, OPTIONS'"
    })
    @DisplayName("of another method is told which are allowed")
    void otherMethod(String method, String path, String allowed) {
        check(method, path, null, 405, "method-not-allowed", "none");
        assertThat(api.send(ann, method, path, null).header("Allow")).isEqualTo(allowed);
        Answer options = api.send(ann, "OPTIONS", path, null);
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo(allowed);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "POST, /api/v1/auth/register",
        "POST, /api/v1/auth/login",
        "PATCH, /api/v1/users/me",
        "POST, /api/v1/sessions/connect",
        "PUT, /api/v1/chats/c1/config",
        "POST, /api/v1/chats/c1/send"
    })
    @DisplayName("that is not JSON, or too much of it, is refused as that")
    void otherBodies(String method, String path) {
        Answer text = api.send(ann, method, path, "{}", "Content-Type", "text/plain");
        assertThat(text.status()).isEqualTo(415);
        assertThat(text.problem()).isEqualTo("unsupported-media-type");

        Answer large = api.send(ann, method, path, "{\"text\":\"" + "x".repeat(70_000) + "\"}");
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.problem()).isEqualTo("too-large");
        assertThat(large.header("X-Request-Id")).isNotBlank();

        Answer larger = api.send(ann, method, path, "{\"text\":\"" + "x".repeat(700_000) + "\"}");
        assertThat(larger.status()).as("while it is still sent").isEqualTo(413);
    }

    @Test
    @DisplayName("of several texts that can't be stored is refused with each place")
    void unstorable() {
        Answer answer = api.send(ann, "PUT", "/api/v1/chats/c1/config", """
                {"mode":"sniper","trigger_words":["\\u0000","fine \\ud83d\\ude00","\\ud83d"]}""");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors"))
                .extracting(error -> error.path("pointer").asText())
                .containsExactly("/trigger_words/0", "/trigger_words/2");
        assertThat(answer.json().path("errors"))
                .allSatisfy(error ->
                        assertThat(error.path("detail").asText()).contains("expected: " + StorableBody.EXPECTED));
    }

    @Test
    @DisplayName("in the key of a repeated request is refused with its header")
    void idempotencyKey() {
        Answer answer =
                api.send(ann, "POST", "/api/v1/chats/c1/send", "{\"text\":\"hello\"}", "Idempotency-Key", "two words");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").path(0).path("header").asText()).isEqualTo("Idempotency-Key");
    }
}
