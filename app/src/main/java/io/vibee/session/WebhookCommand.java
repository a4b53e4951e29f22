package io.vibee.session;

import io.vibee.protocol.session.SessionCommand.Acceptance;
import io.vibee.telegram.TelegramFailure;
import io.vibee.telegram.WebhookInfo;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What the intake of a webhook is told, and what it tells itself. */
sealed interface WebhookCommand permits IntakeCommand, WebhookCommand.Post, WebhookCommand.WebhookStep {

    /** Telegram posted this. Answered once, when it is kept or can't be. */
    record Post(Route route, ActorRef<Acceptance> replyTo) implements WebhookCommand {}

    /** What there is to do about the webhook itself; nothing once the polling gate is closed. */
    sealed interface WebhookStep extends WebhookCommand {}

    enum SetWebhook implements WebhookStep {
        NOW
    }

    /** Telegram was asked to post to this node. */
    record WasSet(@Nullable TelegramFailure failure) implements WebhookStep {}

    /** See how Telegram fares with it. */
    enum Look implements WebhookStep {
        NOW
    }

    record Looked(WebhookInfo info) implements WebhookStep {}

    record NotLooked(TelegramFailure failure) implements WebhookStep {}
}
