package io.vibee.settings;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Bot API server (no slash at its end), the operator's own bot, and the limits of calls to Telegram.
 *
 * @param sendsPerSecond for each bot; 0: no pacing of our own
 * @param answerWithin age beyond which a message is stored but not answered; zero: no limit
 * @param maxSessionsPerUser 0: no limit
 */
public record TelegramSettings(
        URI apiUrl, @Nullable Secret operatorToken, int sendsPerSecond, Duration answerWithin, int maxSessionsPerUser) {
    static TelegramSettings read(Environment environment) {
        return new TelegramSettings(
                environment.httpAddress(Variable.TELEGRAM_API_URL),
                environment.botToken(Variable.TELEGRAM_BOT_TOKEN),
                environment.limit(Variable.VIBEE_TELEGRAM_SENDS_PER_SECOND),
                environment.duration(Variable.VIBEE_ANSWER_WITHIN),
                environment.limit(Variable.VIBEE_MAX_SESSIONS_PER_USER));
    }
}
