package io.vibee.http;

import org.apache.pekko.event.LoggingAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs what Pekko HTTP says about one connection, with its client. A client's mistake is worth a line at debug and never a stack trace. A
 * failure here is an error.
 */
final class ConnectionLog implements LoggingAdapter, ParsingProblems.OfConnection {

    private static final Logger LOG = LoggerFactory.getLogger("io.vibee.http.connection");

    /** An answer that broke off. Its cause logs itself. */
    private static final String BROKEN_ANSWER = "Response stream for [";

    private volatile ClientConnection connection;

    ConnectionLog(ClientConnection connection) {
        this.connection = connection;
    }

    /** From now on it belongs to another connection. */
    void isOf(ClientConnection next) {
        connection = next;
    }

    @Override
    public ClientConnection connection() {
        return connection;
    }

    @Override
    public boolean isErrorEnabled() {
        return LOG.isErrorEnabled();
    }

    @Override
    public boolean isWarningEnabled() {
        return LOG.isDebugEnabled();
    }

    @Override
    public boolean isInfoEnabled() {
        return LOG.isDebugEnabled();
    }

    @Override
    public boolean isDebugEnabled() {
        return LOG.isTraceEnabled();
    }

    @Override
    public void notifyError(String message) {
        LOG.error(message);
    }

    @Override
    public void notifyError(Throwable cause, String message) {
        if (connection.isWaiting() && cause instanceof IllegalArgumentException) {
            // HTTP's grammar allows it and Pekko's model of a request does not, as chunks in HTTP/1.0: then no request
            // came of it.
            ParsingProblems.refuse(connection, cause.toString());
        } else if (message.startsWith(BROKEN_ANSWER)) {
            line().log("an answer broke off: {}", cause.toString());
        } else {
            LOG.error(message, cause);
        }
    }

    @Override
    public void notifyWarning(String message) {
        line().log(message);
    }

    @Override
    public void notifyInfo(String message) {
        line().log(message);
    }

    @Override
    public void notifyDebug(String message) {
        LOG.trace(message);
    }

    private LoggingEventBuilder line() {
        return LOG.atDebug().addKeyValue("client", connection.address().key());
    }
}
