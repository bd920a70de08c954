import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;

/** Fetches the role's credentials with the AWS SDK for Java 2.x. */
public final class SdkV2Client {
    private SdkV2Client() {}

    public static void main(String[] arguments) {
        try (InstanceProfileCredentialsProvider provider = InstanceProfileCredentialsProvider.create()) {
            System.out.println(provider.resolveCredentials().accessKeyId());
        }
    }
}
