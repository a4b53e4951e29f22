package io.vibee.persistence.account;

/** Another user has this name, perhaps with other letter case. */
public final class UsernameTakenException extends RuntimeException {

    UsernameTakenException(String username) {
        super("username " + username + " is taken");
    }
}
