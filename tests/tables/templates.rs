//! References in templates. Each row is one template in short YAML, as a diff of before and after; `spelling.rs` writes the same template in long
//! YAML and in JSON.

use super::Row;
use super::spelling::Spelling;
use crate::harness::case::Oracle;

/// References that mean the same in every spelling.
pub(super) const SPELLINGS: &[Row] = &[
    Row {
        name: "ref",
        about: "`!Ref` of a role: the most common mistake",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["15:27", "17:9", "24:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Ref AppRole
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "getatt",
        about: "`!GetAtt` of a role's ARN where a name is expected: the fix is `Ref` of the profile",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["15:27", "17:9", "24:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !GetAtt AppRole.Arn
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "role-id",
        about: "`RoleId` is a valid attribute of a role, but it never identifies a profile",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["15:27", "17:9", "24:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !GetAtt AppRole.RoleId
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "sub",
        about: "`!Sub` is kept and its variable is replaced",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["15:27", "17:9", "24:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Sub "${AppRole}"
+      IamInstanceProfile: !Sub "${AppInstanceProfile}""#,
        ..Row::NONE
    },
    Row {
        name: "sub-arn",
        about: "`!Sub` is kept and `.Arn` is removed: the argument expects a name",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["15:27", "17:9", "24:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Sub "${AppRole.Arn}"
+      IamInstanceProfile: !Sub "${AppInstanceProfile}""#,
        ..Row::NONE
    },
    Row {
        name: "join-of-one",
        about: "`Join` of one element is that element: the whole expression is replaced",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["15:27", "17:9", "24:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Join ["", [!Ref AppRole]]
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "select-split",
        about: "`Select` of `Split` of the ARN is the role's name: the whole expression is replaced",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["15:27", "17:9", "24:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Select [1, !Split ["/", !GetAtt AppRole.Arn]]
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "role-name",
        about: "Text that equals a literal `RoleName`",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "app-role")],
        status: [1, 0],
        findings: &[("IPF002", ["16:27", "", "25:31"], "safe")],
        spellings: &[Spelling::Short, Spelling::Json],
        template: r#"
 Resources:
   AppRole:
     Type: AWS::IAM::Role
     Properties:
       RoleName: app-role
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: app-role
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "unknown-name",
        about: "Text that equals no `RoleName` of the template may be the name of a real profile",
        findings: &[("IPF011", ["15:27", "", "24:31"], "")],
        spellings: &[Spelling::Short, Spelling::Json],
        template: r#"
 Resources:
 ROLE
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: app-role"#,
        ..Row::NONE
    },
    Row {
        name: "role-name-expression",
        about: "An expression that equals that of a `RoleName`",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "oracle-app")],
        unsafe_fixes: true,
        status: [1, 0],
        findings: &[("IPF002", ["16:27", "19:9", "27:31"], "unsafe")],
        template: r#"
 Resources:
   AppRole:
     Type: AWS::IAM::Role
     Properties:
       RoleName: !Sub "${AWS::StackName}-app"
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Sub "${AWS::StackName}-app"
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "role-arn-text",
        about: "The text of an ARN that ends in a `RoleName`",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "app-role")],
        unsafe_fixes: true,
        status: [1, 0],
        findings: &[("IPF002", ["16:27", "18:9", "25:31"], "unsafe")],
        template: r#"
 Resources:
   AppRole:
     Type: AWS::IAM::Role
     Properties:
       RoleName: app-role
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/app-role"
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "conditional",
        about: "A conditional role, guarded by `If`: the profile gets the condition",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["20:40", "29:13", "44:13"], "safe")],
        template: r#"
 Parameters:
   Mk: {Type: String, Default: "true"}
 Conditions:
   MkRole: !Equals [!Ref Mk, "true"]
 Resources:
   AppRole:
     Type: AWS::IAM::Role
     Condition: MkRole
     Properties:
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
+  AppInstanceProfile:
+    Type: AWS::IAM::InstanceProfile
+    Condition: MkRole
+    Properties:
+      Roles:
+        - !Ref AppRole
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !If [MkRole, !Ref AppRole, !Ref "AWS::NoValue"]
+      IamInstanceProfile: !If [MkRole, !Ref AppInstanceProfile, !Ref "AWS::NoValue"]"#,
        ..Row::NONE
    },
    Row {
        name: "conditional-unguarded",
        about: "A conditional role, and a launcher with the same condition",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["21:27", "28:9", "42:31"], "safe")],
        template: r#"
 Parameters:
   Mk: {Type: String, Default: "true"}
 Conditions:
   MkRole: !Equals [!Ref Mk, "true"]
 Resources:
   AppRole:
     Type: AWS::IAM::Role
     Condition: MkRole
     Properties:
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
+  AppInstanceProfile:
+    Type: AWS::IAM::InstanceProfile
+    Condition: MkRole
+    Properties:
+      Roles:
+        - !Ref AppRole
   Web:
     Type: AWS::EC2::Instance
     Condition: MkRole
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Ref AppRole
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "if-two-roles",
        about: "Both branches of `If` are roles: each role gets a profile",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "RoleA")],
        status: [1, 0],
        findings: &[("IPF001", ["28:40", "38:13", "60:13"], "safe"), ("IPF001", ["28:52", "39:13", "63:13"], "safe")],
        template: r#"
 Parameters:
   Mk: {Type: String, Default: "true"}
 Conditions:
   MkRole: !Equals [!Ref Mk, "true"]
 Resources:
   RoleA:
     Type: AWS::IAM::Role
     Properties:
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
+  RoleAInstanceProfile:
+    Type: AWS::IAM::InstanceProfile
+    Properties:
+      Roles:
+        - !Ref RoleA
   RoleB:
     Type: AWS::IAM::Role
     Properties:
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
+  RoleBInstanceProfile:
+    Type: AWS::IAM::InstanceProfile
+    Properties:
+      Roles:
+        - !Ref RoleB
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !If [MkRole, !Ref RoleA, !Ref RoleB]
+      IamInstanceProfile: !If [MkRole, !Ref RoleAInstanceProfile, !Ref RoleBInstanceProfile]"#,
        ..Row::NONE
    },
    Row {
        name: "parameter",
        about: "A parameter may hold the name of a profile",
        findings: &[("IPF011", ["8:27", "10:9", "12:31"], "")],
        template: r#"
 Parameters:
   RoleName: {Type: String}
 Resources:
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref RoleName"#,
        ..Row::NONE
    },
    Row {
        name: "import",
        about: "An import may be the name of a profile",
        findings: &[("IPF011", ["6:27", "7:9", "7:31"], "")],
        template: r#"
 Resources:
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !ImportValue net-AppRoleName"#,
        ..Row::NONE
    },
    Row {
        name: "mapping",
        about: "A mapping may hold the name of a profile",
        findings: &[("IPF011", ["9:27", "11:9", "14:31"], "")],
        template: r#"
 Mappings:
   M:
     prod: {Role: app-role}
 Resources:
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !FindInMap [M, prod, Role]"#,
        ..Row::NONE
    },
    Row {
        name: "nested-stack",
        about: "The output of a nested stack may be the name of a profile",
        findings: &[("IPF011", ["10:27", "11:9", "13:31"], "")],
        template: r#"
 Resources:
   Iam:
     Type: AWS::CloudFormation::Stack
     Properties:
       TemplateURL: https://s3.amazonaws.com/b/iam.yml
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !GetAtt Iam.Outputs.RoleName"#,
        ..Row::NONE
    },
    Row {
        name: "dynamic-reference",
        about: "A dynamic reference may be the name of a profile",
        findings: &[("IPF011", ["6:27", "", "7:31"], "")],
        spellings: &[Spelling::Short, Spelling::Json],
        template: r#"
 Resources:
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: "{{resolve:ssm:/app/role}}""#,
        ..Row::NONE
    },
    Row {
        name: "launch-template-name",
        about: "`Name` of a launch template",
        oracle: Some(Oracle::Apply),
        roles: &[("T", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["16:17", "18:13", "25:21"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   T:
     Type: AWS::EC2::LaunchTemplate
     Properties:
       LaunchTemplateData:
         IamInstanceProfile:
-          Name: !Ref AppRole
+          Name: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "launch-template-arn",
        about: "`Arn` of a launch template expects the profile's ARN",
        oracle: Some(Oracle::Apply),
        roles: &[("T", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["16:16", "18:13", "25:20"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   T:
     Type: AWS::EC2::LaunchTemplate
     Properties:
       LaunchTemplateData:
         IamInstanceProfile:
-          Arn: !GetAtt AppRole.Arn
+          Arn: !GetAtt AppInstanceProfile.Arn"#,
        ..Row::NONE
    },
    Row {
        name: "launch-template-scalar",
        about: "A launch template expects an object: the value is wrapped in `Name`",
        oracle: Some(Oracle::Apply),
        roles: &[("T", "AppRole")],
        status: [1, 0],
        findings: &[("IPF006", ["15:29", "17:11", "24:33"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   T:
     Type: AWS::EC2::LaunchTemplate
     Properties:
       LaunchTemplateData:
-        IamInstanceProfile: !Ref AppRole
+        IamInstanceProfile:
+          Name: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "instance-mapping",
        about: "An instance expects a name: the object around it is removed",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF006", ["15:34", "18:11", "25:19"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: {Name: !Ref AppRole}
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "spot-fleet",
        about: "A spot fleet expects an ARN only: key and value change",
        oracle: Some(Oracle::Apply),
        status: [1, 0],
        findings: &[("IPF006", ["21:21", "23:17", "31:25"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   F:
     Type: AWS::EC2::SpotFleet
     Properties:
       SpotFleetRequestConfigData:
         IamFleetRole: arn:aws:iam::123456789012:role/fleet
         TargetCapacity: 1
         LaunchSpecifications:
           - ImageId: ami-0123456789abcdef0
             InstanceType: t3.micro
             IamInstanceProfile:
-              Name: !Ref AppRole
+              Arn: !GetAtt AppInstanceProfile.Arn"#,
        ..Row::NONE
    },
    Row {
        name: "launch-configuration",
        about: "A launch configuration accepts a name or an ARN: the author's choice is kept",
        oracle: Some(Oracle::Apply),
        roles: &[("L", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["16:27", "18:9", "25:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   L:
     Type: AWS::AutoScaling::LaunchConfiguration
     Properties:
       ImageId: ami-0123456789abcdef0
       InstanceType: t3.micro
-      IamInstanceProfile: !GetAtt AppRole.Arn
+      IamInstanceProfile: !GetAtt AppInstanceProfile.Arn"#,
        ..Row::NONE
    },
    Row {
        name: "batch",
        about: "Batch calls the argument `InstanceRole` and expects a profile",
        oracle: Some(Oracle::Applies),
        status: [1, 0],
        findings: &[("IPF001", ["21:23", "26:11", "36:27"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   E:
     Type: AWS::Batch::ComputeEnvironment
     Properties:
       Type: MANAGED
       ComputeResources:
         Type: EC2
         MaxvCpus: 1
         Subnets: [subnet-12345678]
         SecurityGroupIds: [sg-12345678]
         InstanceTypes: [optimal]
-        InstanceRole: !GetAtt AppRole.Arn
+        InstanceRole: !GetAtt AppInstanceProfile.Arn"#,
        ..Row::NONE
    },
    Row {
        name: "emr",
        about: "EMR calls the argument `JobFlowRole` and expects a profile; `ServiceRole` is a role",
        oracle: Some(Oracle::Applies),
        status: [1, 0],
        findings: &[("IPF001", ["16:20", "18:9", "25:24"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   C:
     Type: AWS::EMR::Cluster
     Properties:
       Name: c
       ServiceRole: emr-service
-      JobFlowRole: !Ref AppRole
+      JobFlowRole: !Ref AppInstanceProfile
       Instances: {}"#,
        ..Row::NONE
    },
    Row {
        name: "beanstalk",
        about: "The option of Elastic Beanstalk that expects a profile",
        oracle: Some(Oracle::Applies),
        status: [1, 0],
        findings: &[("IPF001", ["18:18", "20:13", "28:22"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   E:
     Type: AWS::ElasticBeanstalk::Environment
     Properties:
       ApplicationName: x
       OptionSettings:
         - Namespace: aws:autoscaling:launchconfiguration
           OptionName: IamInstanceProfile
-          Value: !Ref AppRole
+          Value: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "image-builder",
        about: "Image Builder expects the name of a profile",
        oracle: Some(Oracle::Applies),
        status: [1, 0],
        findings: &[("IPF001", ["15:28", "17:9", "24:32"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   I:
     Type: AWS::ImageBuilder::InfrastructureConfiguration
     Properties:
       Name: infra
-      InstanceProfileName: !Ref AppRole
+      InstanceProfileName: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "rds-custom",
        about: "RDS Custom requires a prefix: the only service for which the new profile gets a name",
        oracle: Some(Oracle::Applies),
        status: [1, 0],
        findings: &[("IPF001", ["19:33", "21:9", "28:37"], "safe")],
        template: r#"
 Resources:
   AppRole:
     Type: AWS::IAM::Role
     Properties:
       RoleName: AWSRDSCustomRole
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
+  AppInstanceProfile:
+    Type: AWS::IAM::InstanceProfile
+    Properties:
+      InstanceProfileName: AWSRDSCustomRole
+      Roles:
+        - !Ref AppRole
   D:
     Type: AWS::RDS::DBInstance
     DeletionPolicy: Snapshot
     UpdateReplacePolicy: Snapshot
     Properties:
       DBInstanceClass: db.m5.xlarge
       Engine: custom-sqlserver-ee
-      CustomIAMInstanceProfile: !Ref AppRole
+      CustomIAMInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "unknown-property",
        about: "An instance has no property `Role`: name and value change",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF003", ["15:13", "17:9", "24:17"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      Role: !Ref AppRole
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "existing-profile",
        about: "The template already has the profile: nothing is added",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["20:27", "22:9", "34:31"], "safe")],
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Ref AppRole
+      IamInstanceProfile: !Ref P"#,
        ..Row::NONE
    },
    Row {
        name: "logical-id-in-use",
        about: "The preferred logical ID is in use",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["17:27", "19:9", "27:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+  AppRoleInstanceProfile:
+    Type: AWS::IAM::InstanceProfile
+    Properties:
+      Roles:
+        - !Ref AppRole
   AppInstanceProfile:
     Type: AWS::EC2::EIP
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Ref AppRole
+      IamInstanceProfile: !Ref AppRoleInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "depends-on",
        about: "`DependsOn` that names the role is kept",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["16:27", "18:9", "25:31"], "safe")],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     DependsOn: AppRole
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Ref AppRole
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "cycle",
        about: "The role depends on the launcher: a reference would close a cycle",
        status: [1, 1],
        findings: &[("IPF002", ["17:27", "", "26:31"], "none")],
        spellings: &[Spelling::Short, Spelling::Json],
        template: r#"
 Resources:
   AppRole:
     Type: AWS::IAM::Role
     DependsOn: Web
     Properties:
       RoleName: app
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: app"#,
        ..Row::NONE
    },
    Row {
        name: "loop-outside",
        about: "A launcher inside a loop, its role outside",
        oracle: Some(Oracle::Applies),
        status: [1, 0],
        findings: &[("IPF001", ["19:31", "22:13", "32:35"], "safe")],
        template: r#"
 Transform: AWS::LanguageExtensions
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Fn::ForEach::W:
     - N
     - [A, B]
     - "Web${N}":
         Type: AWS::EC2::Instance
         Properties:
           ImageId: ami-0123456789abcdef0
-          IamInstanceProfile: !Ref AppRole
+          IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "sam",
        about: "A SAM template that declares its own role",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["16:27", "18:9", "25:31"], "safe")],
        template: r#"
 Transform: AWS::Serverless-2016-10-31
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Ref AppRole
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "profile-getatt",
        about: "A profile that references the ARN of its role",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF005", ["14:15", "16:11", "24:11"], "safe")],
        template: r#"
 Resources:
 ROLE
   P:
     Type: AWS::IAM::InstanceProfile
     Properties:
-      Roles: [!GetAtt AppRole.Arn]
+      Roles: [!Ref AppRole]
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P"#,
        ..Row::NONE
    },
    Row {
        name: "profile-arn",
        about: "An instance that references the ARN of a profile",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF004", ["20:27", "22:9", "34:31"], "safe")],
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !GetAtt P.Arn
+      IamInstanceProfile: !Ref P"#,
        ..Row::NONE
    },
    Row {
        name: "launcher-in-flow-style",
        about: "A launcher in flow style",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["11:100", "", "24:31"], "safe")],
        spellings: &[Spelling::Short, Spelling::Json],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
-  Web: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-0123456789abcdef0, IamInstanceProfile: !Ref AppRole}}
+  Web: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-0123456789abcdef0, IamInstanceProfile: !Ref AppInstanceProfile}}"#,
        ..Row::NONE
    },
    Row {
        name: "retained",
        about: "A retained role: only its condition and path are copied",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF001", ["17:27", "19:9", "26:31"], "safe")],
        template: r#"
 Resources:
   AppRole:
     Type: AWS::IAM::Role
     DeletionPolicy: Retain
     UpdateReplacePolicy: Retain
     Properties:
       AssumeRolePolicyDocument:
         Version: "2012-10-17"
         Statement:
           - Effect: Allow
             Principal: {Service: ec2.amazonaws.com}
             Action: sts:AssumeRole
+PROFILE AppInstanceProfile
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
-      IamInstanceProfile: !Ref AppRole
+      IamInstanceProfile: !Ref AppInstanceProfile"#,
        ..Row::NONE
    },
    Row {
        name: "unknown-property-beside-a-correct-one",
        about: "An unknown property beside a correct reference is removed",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF003", ["21:13", "", "37:17"], "safe")],
        spellings: &[Spelling::Short, Spelling::Json],
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
-      Role: !Ref AppRole
"#,
        ..Row::NONE
    },
    Row {
        name: "roles-scalar",
        about: "`Roles` is a list",
        oracle: Some(Oracle::Apply),
        roles: &[("Web", "AppRole")],
        status: [1, 0],
        findings: &[("IPF005", ["14:14", "", "23:18"], "safe")],
        spellings: &[Spelling::Short, Spelling::Json],
        template: r#"
 Resources:
 ROLE
   P:
     Type: AWS::IAM::InstanceProfile
     Properties:
+      Roles:
-      Roles: !Ref AppRole
+        - !Ref AppRole
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
"#,
        ..Row::NONE
    },
];

/// Arguments that expect a profile, with a role in them.
pub(super) const SLOTS: &[Row] = &[
    Row {
        name: "batch-name",
        about: "`AWS::Batch::ComputeEnvironment` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:40", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::Batch::ComputeEnvironment
     Properties:
-      ComputeResources: {InstanceRole: !Ref AppRole}
+      ComputeResources: {InstanceRole: !Ref AppInstanceProfile}
"#,
        ..Row::NONE
    },
    Row {
        name: "beanstalk-template",
        about: "`AWS::ElasticBeanstalk::ConfigurationTemplate` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:114", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::ElasticBeanstalk::ConfigurationTemplate
     Properties:
-      OptionSettings: [{Namespace: "aws:autoscaling:launchconfiguration", OptionName: IamInstanceProfile, Value: !Ref AppRole}]
+      OptionSettings: [{Namespace: "aws:autoscaling:launchconfiguration", OptionName: IamInstanceProfile, Value: !Ref AppInstanceProfile}]
"#,
        ..Row::NONE
    },
    Row {
        name: "data-pipeline",
        about: "`AWS::DataPipeline::Pipeline` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:84", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::DataPipeline::Pipeline
     Properties:
-      PipelineObjects: [{Id: x, Name: x, Fields: [{Key: resourceRole, StringValue: !Ref AppRole}]}]
+      PipelineObjects: [{Id: x, Name: x, Fields: [{Key: resourceRole, StringValue: !Ref AppInstanceProfile}]}]
"#,
        ..Row::NONE
    },
    Row {
        name: "ec2-fleet",
        about: "`AWS::EC2::EC2Fleet` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:72", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::EC2::EC2Fleet
     Properties:
-      LaunchTemplateConfigs: [{Overrides: [{IamInstanceProfile: {Name: !Ref AppRole}}]}]
+      LaunchTemplateConfigs: [{Overrides: [{IamInstanceProfile: {Name: !Ref AppInstanceProfile}}]}]
"#,
        ..Row::NONE
    },
    Row {
        name: "ecs",
        about: "`AWS::ECS::CapacityProvider` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:82", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::ECS::CapacityProvider
     Properties:
-      ManagedInstancesProvider: {InstanceLaunchTemplate: {Ec2InstanceProfileArn: !GetAtt AppRole.Arn}}
+      ManagedInstancesProvider: {InstanceLaunchTemplate: {Ec2InstanceProfileArn: !GetAtt AppInstanceProfile.Arn}}
"#,
        ..Row::NONE
    },
    Row {
        name: "launch-configuration",
        about: "`AWS::AutoScaling::LaunchConfiguration` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:27", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::AutoScaling::LaunchConfiguration
     Properties:
-      IamInstanceProfile: !Ref AppRole
+      IamInstanceProfile: !Ref AppInstanceProfile
"#,
        ..Row::NONE
    },
    Row {
        name: "opsworks-layer",
        about: "`AWS::OpsWorks::Layer` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:33", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::OpsWorks::Layer
     Properties:
-      CustomInstanceProfileArn: !GetAtt AppRole.Arn
+      CustomInstanceProfileArn: !GetAtt AppInstanceProfile.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "opsworks-stack",
        about: "`AWS::OpsWorks::Stack` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:34", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::OpsWorks::Stack
     Properties:
-      DefaultInstanceProfileArn: !GetAtt AppRole.Arn
+      DefaultInstanceProfileArn: !GetAtt AppInstanceProfile.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "pcs",
        about: "`AWS::PCS::ComputeNodeGroup` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:30", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::PCS::ComputeNodeGroup
     Properties:
-      IamInstanceProfileArn: !GetAtt AppRole.Arn
+      IamInstanceProfileArn: !GetAtt AppInstanceProfile.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "workspaces",
        about: "`AWS::WorkspacesInstances::WorkspaceInstance` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:52", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::WorkspacesInstances::WorkspaceInstance
     Properties:
-      ManagedInstance: {IamInstanceProfile: {Name: !Ref AppRole}}
+      ManagedInstance: {IamInstanceProfile: {Name: !Ref AppInstanceProfile}}
"#,
        ..Row::NONE
    },
    Row {
        name: "batch-managed-instances",
        about: "`AWS::Batch::ComputeEnvironment` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:101", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::Batch::ComputeEnvironment
     Properties:
-      ComputeResources: {ManagedInstancesProvider: {InstanceLaunchTemplate: {Ec2InstanceProfileArn: !GetAtt AppRole.Arn}}}
+      ComputeResources: {ManagedInstancesProvider: {InstanceLaunchTemplate: {Ec2InstanceProfileArn: !GetAtt AppInstanceProfile.Arn}}}
"#,
        ..Row::NONE
    },
    Row {
        name: "bedrock-agentcore",
        about: "`AWS::BedrockAgentCore::CapacityProvider` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:111", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::BedrockAgentCore::CapacityProvider
     Properties:
-      ComputeConfiguration: {Ec2Configuration: {LaunchTemplateSource: {LaunchParameters: {InstanceProfileArn: !GetAtt AppRole.Arn}}}}
+      ComputeConfiguration: {Ec2Configuration: {LaunchTemplateSource: {LaunchParameters: {InstanceProfileArn: !GetAtt AppInstanceProfile.Arn}}}}
"#,
        ..Row::NONE
    },
    Row {
        name: "opsworks-cm",
        about: "`AWS::OpsWorksCM::Server` references a role",
        status: [1, 0],
        findings: &[("IPF001", ["14:27", "", ""], "safe")],
        spellings: &[Spelling::Short],
        template: r#"
 Resources:
 ROLE
+PROFILE AppInstanceProfile
   Launcher:
     Type: AWS::OpsWorksCM::Server
     Properties:
-      InstanceProfileArn: !GetAtt AppRole.Arn
+      InstanceProfileArn: !GetAtt AppInstanceProfile.Arn
"#,
        ..Row::NONE
    },
];

/// The same arguments with a profile in them: nothing is found.
pub(super) const PROFILE_ARGUMENTS: &[Row] = &[
    Row {
        name: "batch",
        about: "`AWS::Batch::ComputeEnvironment` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::Batch::ComputeEnvironment
     Properties:
       ComputeResources: {InstanceRole: !GetAtt P.Arn}
"#,
        ..Row::NONE
    },
    Row {
        name: "batch-name",
        about: "`AWS::Batch::ComputeEnvironment` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::Batch::ComputeEnvironment
     Properties:
       ComputeResources: {InstanceRole: !Ref P}
"#,
        ..Row::NONE
    },
    Row {
        name: "beanstalk",
        about: "`AWS::ElasticBeanstalk::Environment` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::ElasticBeanstalk::Environment
     Properties:
       OptionSettings: [{Namespace: "aws:autoscaling:launchconfiguration", OptionName: IamInstanceProfile, Value: !Ref P}]
"#,
        ..Row::NONE
    },
    Row {
        name: "beanstalk-template",
        about: "`AWS::ElasticBeanstalk::ConfigurationTemplate` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::ElasticBeanstalk::ConfigurationTemplate
     Properties:
       OptionSettings: [{Namespace: "aws:autoscaling:launchconfiguration", OptionName: IamInstanceProfile, Value: !Ref P}]
"#,
        ..Row::NONE
    },
    Row {
        name: "data-pipeline",
        about: "`AWS::DataPipeline::Pipeline` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::DataPipeline::Pipeline
     Properties:
       PipelineObjects: [{Id: x, Name: x, Fields: [{Key: resourceRole, StringValue: !Ref P}]}]
"#,
        ..Row::NONE
    },
    Row {
        name: "ec2-fleet",
        about: "`AWS::EC2::EC2Fleet` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::EC2::EC2Fleet
     Properties:
       LaunchTemplateConfigs: [{Overrides: [{IamInstanceProfile: {Name: !Ref P}}]}]
"#,
        ..Row::NONE
    },
    Row {
        name: "ecs",
        about: "`AWS::ECS::CapacityProvider` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::ECS::CapacityProvider
     Properties:
       ManagedInstancesProvider: {InstanceLaunchTemplate: {Ec2InstanceProfileArn: !GetAtt P.Arn}}
"#,
        ..Row::NONE
    },
    Row {
        name: "emr",
        about: "`AWS::EMR::Cluster` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::EMR::Cluster
     Properties:
       JobFlowRole: !Ref P
"#,
        ..Row::NONE
    },
    Row {
        name: "image-builder",
        about: "`AWS::ImageBuilder::InfrastructureConfiguration` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::ImageBuilder::InfrastructureConfiguration
     Properties:
       InstanceProfileName: !Ref P
"#,
        ..Row::NONE
    },
    Row {
        name: "instance",
        about: "`AWS::EC2::Instance` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::EC2::Instance
     Properties:
       IamInstanceProfile: !Ref P
"#,
        ..Row::NONE
    },
    Row {
        name: "launch-configuration",
        about: "`AWS::AutoScaling::LaunchConfiguration` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::AutoScaling::LaunchConfiguration
     Properties:
       IamInstanceProfile: !Ref P
"#,
        ..Row::NONE
    },
    Row {
        name: "launch-configuration-arn",
        about: "`AWS::AutoScaling::LaunchConfiguration` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::AutoScaling::LaunchConfiguration
     Properties:
       IamInstanceProfile: !GetAtt P.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "launch-template-arn",
        about: "`AWS::EC2::LaunchTemplate` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::EC2::LaunchTemplate
     Properties:
       LaunchTemplateData: {IamInstanceProfile: {Arn: !GetAtt P.Arn}}
"#,
        ..Row::NONE
    },
    Row {
        name: "launch-template-name",
        about: "`AWS::EC2::LaunchTemplate` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::EC2::LaunchTemplate
     Properties:
       LaunchTemplateData: {IamInstanceProfile: {Name: !Ref P}}
"#,
        ..Row::NONE
    },
    Row {
        name: "opsworks-layer",
        about: "`AWS::OpsWorks::Layer` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::OpsWorks::Layer
     Properties:
       CustomInstanceProfileArn: !GetAtt P.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "opsworks-stack",
        about: "`AWS::OpsWorks::Stack` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::OpsWorks::Stack
     Properties:
       DefaultInstanceProfileArn: !GetAtt P.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "pcs",
        about: "`AWS::PCS::ComputeNodeGroup` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::PCS::ComputeNodeGroup
     Properties:
       IamInstanceProfileArn: !GetAtt P.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "spot-fleet",
        about: "`AWS::EC2::SpotFleet` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::EC2::SpotFleet
     Properties:
       SpotFleetRequestConfigData: {LaunchSpecifications: [{IamInstanceProfile: {Arn: !GetAtt P.Arn}}]}
"#,
        ..Row::NONE
    },
    Row {
        name: "workspaces",
        about: "`AWS::WorkspacesInstances::WorkspaceInstance` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::WorkspacesInstances::WorkspaceInstance
     Properties:
       ManagedInstance: {IamInstanceProfile: {Name: !Ref P}}
"#,
        ..Row::NONE
    },
    Row {
        name: "batch-managed-instances",
        about: "`AWS::Batch::ComputeEnvironment` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::Batch::ComputeEnvironment
     Properties:
       ComputeResources: {ManagedInstancesProvider: {InstanceLaunchTemplate: {Ec2InstanceProfileArn: !GetAtt P.Arn}}}
"#,
        ..Row::NONE
    },
    Row {
        name: "bedrock-agentcore",
        about: "`AWS::BedrockAgentCore::CapacityProvider` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::BedrockAgentCore::CapacityProvider
     Properties:
       ComputeConfiguration: {Ec2Configuration: {LaunchTemplateSource: {LaunchParameters: {InstanceProfileArn: !GetAtt P.Arn}}}}
"#,
        ..Row::NONE
    },
    Row {
        name: "opsworks-cm",
        about: "`AWS::OpsWorksCM::Server` references a profile, as it must",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Launcher:
     Type: AWS::OpsWorksCM::Server
     Properties:
       InstanceProfileArn: !GetAtt P.Arn
"#,
        ..Row::NONE
    },
];

/// Arguments that expect a role, with a role in them: nothing is found.
pub(super) const ROLE_ARGUMENTS: &[Row] = &[
    Row {
        name: "app-runner",
        about: "`AWS::AppRunner::Service` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::AppRunner::Service
     Properties:
       InstanceConfiguration: {InstanceRoleArn: !GetAtt AppRole.Arn}
"#,
        ..Row::NONE
    },
    Row {
        name: "batch-service",
        about: "`AWS::Batch::ComputeEnvironment` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::Batch::ComputeEnvironment
     Properties:
       ServiceRole: !GetAtt AppRole.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "beanstalk-service",
        about: "`AWS::ElasticBeanstalk::Environment` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::ElasticBeanstalk::Environment
     Properties:
       OptionSettings: [{Namespace: "aws:elasticbeanstalk:environment", OptionName: ServiceRole, Value: !Ref AppRole}]
"#,
        ..Row::NONE
    },
    Row {
        name: "data-pipeline-role",
        about: "`AWS::DataPipeline::Pipeline` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::DataPipeline::Pipeline
     Properties:
       PipelineObjects: [{Id: x, Name: x, Fields: [{Key: role, StringValue: !Ref AppRole}]}]
"#,
        ..Row::NONE
    },
    Row {
        name: "data-zone",
        about: "`AWS::DataZone::Connection` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::DataZone::Connection
     Properties:
       InstanceProfileArn: !GetAtt AppRole.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "ecs-task",
        about: "`AWS::ECS::TaskDefinition` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::ECS::TaskDefinition
     Properties:
       TaskRoleArn: !GetAtt AppRole.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "emr-service",
        about: "`AWS::EMR::Cluster` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::EMR::Cluster
     Properties:
       ServiceRole: !Ref AppRole
"#,
        ..Row::NONE
    },
    Row {
        name: "game-lift",
        about: "`AWS::GameLift::Fleet` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::GameLift::Fleet
     Properties:
       InstanceRoleARN: !GetAtt AppRole.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "lambda",
        about: "`AWS::Lambda::Function` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::Lambda::Function
     Properties:
       Role: !GetAtt AppRole.Arn
"#,
        ..Row::NONE
    },
    Row {
        name: "policy",
        about: "`AWS::IAM::Policy` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::IAM::Policy
     Properties:
       PolicyName: x
       PolicyDocument: {Version: "2012-10-17", Statement: []}
       Roles: [!Ref AppRole]
"#,
        ..Row::NONE
    },
    Row {
        name: "spot-fleet",
        about: "`AWS::EC2::SpotFleet` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::EC2::SpotFleet
     Properties:
       SpotFleetRequestConfigData: {IamFleetRole: !GetAtt AppRole.Arn}
"#,
        ..Row::NONE
    },
    Row {
        name: "ssm",
        about: "`AWS::SSM::Document` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::SSM::Document
     Properties:
       Content: {mainSteps: [{inputs: {IamInstanceProfile: !Ref AppRole}}]}
"#,
        ..Row::NONE
    },
    Row {
        name: "state-machine",
        about: "`AWS::StepFunctions::StateMachine` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::StepFunctions::StateMachine
     Properties:
       RoleArn: !GetAtt AppRole.Arn
       DefinitionString: '{"IamInstanceProfile": "${AppRole}"}'
"#,
        ..Row::NONE
    },
    Row {
        name: "batch-managed-instances-role",
        about: "`AWS::Batch::ComputeEnvironment` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::Batch::ComputeEnvironment
     Properties:
       ComputeResources: {ManagedInstancesProvider: {InfrastructureRoleArn: !GetAtt AppRole.Arn}}
"#,
        ..Row::NONE
    },
    Row {
        name: "bedrock-agentcore-role",
        about: "`AWS::BedrockAgentCore::CapacityProvider` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::BedrockAgentCore::CapacityProvider
     Properties:
       PermissionsConfiguration: {CapacityProviderOperatorRoleArn: !GetAtt AppRole.Arn}
"#,
        ..Row::NONE
    },
    Row {
        name: "opsworks-cm-role",
        about: "`AWS::OpsWorksCM::Server` expects a role in this argument",
        template: r#"
 Resources:
 ROLE
 PROFILE P
   Web:
     Type: AWS::EC2::Instance
     Properties:
       ImageId: ami-0123456789abcdef0
       IamInstanceProfile: !Ref P
   Other:
     Type: AWS::OpsWorksCM::Server
     Properties:
       ServiceRoleArn: !GetAtt AppRole.Arn
"#,
        ..Row::NONE
    },
];
