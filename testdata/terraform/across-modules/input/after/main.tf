data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "game" {
  name               = "game-server"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

resource "aws_iam_instance_profile" "game" {
  name = aws_iam_role.game.name
  role = aws_iam_role.game.name
}

module "vanilla" {
  source                = "./modules/ec2"
  name                  = "vanilla"
  instance_profile_name = aws_iam_instance_profile.game.name
}
