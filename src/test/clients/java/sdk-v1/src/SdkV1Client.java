import com.amazonaws.auth.InstanceProfileCredentialsProvider;

/** Fetches the role's credentials with the AWS SDK for Java 1.x. */
public final class SdkV1Client {
    private SdkV1Client() {}

    public static void main(String[] arguments) {
        System.out.println(InstanceProfileCredentialsProvider.getInstance()
                .getCredentials()
                .getAWSAccessKeyId());
    }
}
